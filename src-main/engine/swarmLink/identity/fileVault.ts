import path from 'node:path';
import { z } from 'zod';
import type { IdentityVault } from '#engine/ports/IdentityVault.ts';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';
import { existsSync } from 'node:fs';
import { SwarmError } from '#shared/domain/errorCodes.ts';

const VaultFile = z.object({ version: z.literal(1), sealed: z.string() });

/** Stores the sealed identity in `HOME/identity/identity.json`, apart from the database, which may be damaged without it. */
export function fileVault(home: string): IdentityVault {
  const file = path.join(home, 'identity', 'identity.json');
  return {
    load() {
      const found = readJsonFile(file, VaultFile);
      // A damaged identity must not look like a first start, which would silently create a new account.
      if (found === undefined && existsSync(file)) {
        return Promise.reject(new SwarmError('storage_damaged', `The identity in ${file} cannot be read.`));
      }
      return Promise.resolve(found?.sealed ?? null);
    },
    save(sealed) {
      writeJsonFile(file, { version: 1, sealed });
      return Promise.resolve();
    },
  };
}

import path from 'node:path';
import { z } from 'zod';
import type { IdentityVault } from '#engine/ports/IdentityVault.ts';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';
import { existsSync } from 'node:fs';
import { SwarmError } from '#shared/domain/errorCodes.ts';

const VaultFile = z.object({ version: z.literal(1), sealed: z.string() });

/** Keeps the sealed identity in `HOME/identity/identity.json`, apart from the database: one may be damaged without the other. */
export function fileVault(home: string): IdentityVault {
  const file = path.join(home, 'identity', 'identity.json');
  return {
    load() {
      const found = readJsonFile(file, VaultFile);
      // A damaged identity must never be taken for a first start: that would silently make a new account.
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

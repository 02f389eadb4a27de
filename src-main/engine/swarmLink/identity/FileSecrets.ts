import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { base64urlnopad } from '@scure/base';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { Bytes32 } from '#shared/domain/ids.ts';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';
import { z } from 'zod';
import type { Secrets } from '#engine/ports/Secrets.ts';
import { decryptText, encryptText } from './aesGcm.ts';

const KeyFile = z.object({ version: z.literal(1), key: Bytes32 });

/** Encryption at rest under `HOME/identity/key.json` (0600), created on first use. */
export class FileSecrets implements Secrets {
  readonly #file: string;
  #key: Uint8Array | null = null;

  constructor(home: string) {
    this.#file = path.join(home, 'identity', 'key.json');
  }

  seal(plain: string): Promise<string> {
    return Promise.resolve(encryptText(this.#load(), randomBytes(12), plain));
  }

  open(sealed: string): Promise<string> {
    const plain = decryptText(this.#load(), sealed);
    if (plain !== null) return Promise.resolve(plain);
    return Promise.reject(
      new SwarmError('storage_damaged', `The key file ${this.#file} does not match the stored data.`),
    );
  }

  #load(): Uint8Array {
    this.#key ??= this.#readOrMake();
    return this.#key;
  }

  #readOrMake(): Uint8Array {
    const known = readJsonFile(this.#file, KeyFile);
    if (known !== undefined) return base64urlnopad.decode(known.key);
    // A key file that cannot be read is left alone: a new one could never open what the old one sealed.
    if (existsSync(this.#file)) throw new SwarmError('storage_damaged', `The key file ${this.#file} cannot be read.`);
    const key = randomBytes(32);
    writeJsonFile(this.#file, { version: 1, key: base64urlnopad.encode(key) });
    return key;
  }
}

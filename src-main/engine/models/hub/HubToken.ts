import path from 'node:path';
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';

const TokenFile = z.object({ version: z.literal(1), sealed: z.string().max(4096) });

/** Encrypts what must not be readable on disk. */
interface Sealer {
  seal(plain: string): Promise<string>;
  open(sealed: string): Promise<string>;
}

/** The access token of the hub, for gated models. It is stored encrypted and never shown again. */
export class HubToken {
  readonly #file: string;
  readonly #secrets: Sealer;
  #value: string | null = null;

  /** `folder` is `HOME/models`. */
  constructor(folder: string, secrets: Sealer) {
    this.#file = path.join(folder, 'hub-token.json');
    this.#secrets = secrets;
  }

  get value(): string | null {
    return this.#value;
  }

  /** Loads the stored token; one that cannot be decrypted counts as none. */
  async load(): Promise<void> {
    const stored = readJsonFile(this.#file, TokenFile);
    this.#value = stored === undefined ? null : await this.#secrets.open(stored.sealed).catch(() => null);
  }

  /** Stores a token, or deletes it with null. */
  async set(token: string | null): Promise<void> {
    this.#value = token;
    if (token === null) await rm(this.#file, { force: true });
    else writeJsonFile(this.#file, { version: 1, sealed: await this.#secrets.seal(token) });
  }
}

import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { LocalSecret } from '#shared/api/handshake.ts';
import { readJsonFile, writeJsonFile } from '#node/privateFile.ts';
import { randomKey } from '#node/keys/localProof.ts';

/** A secret that a connection may prove: the owner's, a browser's, or the code of an address, which works once. */
export interface KnownSecret {
  readonly kind: 'owner' | 'browser' | 'code';
  readonly id: string;
  readonly key: string;
}

/** HOME/run/access.json (0600). It persists, so that an open tab and the owner's programs reconnect after a restart. */
const AccessFile = z.object({
  port: z.int().min(1).max(65_535).nullable(),
  owner: LocalSecret,
  /** Oldest first. */
  browsers: z.array(LocalSecret),
});
type AccessFile = z.infer<typeof AccessFile>;

/** Beyond these numbers the oldest browser or unused code is dropped; every `status` makes a code, also in scripts. */
const limits = { browsers: 64, codes: 4096 } as const;

/** The secrets of the local API, and the port that persists with them. */
export class LocalSecrets {
  readonly #file: string;
  readonly #codes = new Map<string, KnownSecret>();
  #access: AccessFile;

  /** Reads or makes the secrets in `folder`. Throws a SwarmError `storage_read_only` or `storage_full`. */
  constructor(folder: string) {
    this.#file = path.join(folder, 'access.json');
    const stored = readJsonFile(this.#file, AccessFile);
    this.#access = stored ?? { port: null, owner: newSecret('owner'), browsers: [] };
    if (stored === undefined) this.#save(this.#access);
  }

  /** `id.key` for the owner's own programs. */
  get owner(): string {
    return this.#access.owner;
  }

  /** Port of the last run; null before the first. */
  get port(): number | null {
    return this.#access.port;
  }

  keepPort(port: number): void {
    if (port !== this.#access.port) this.#save({ ...this.#access, port });
  }

  /** The secret with this id, if it is valid now. */
  find(id: string): KnownSecret | undefined {
    const code = this.#codes.get(id);
    if (code !== undefined) return code;
    const { owner, browsers } = this.#access;
    if (idOf(owner) === id) return known('owner', owner);
    const browser = browsers.find((secret) => idOf(secret) === id);
    return browser === undefined ? undefined : known('browser', browser);
  }

  /** A new code as `id.key`; it works once. */
  newCode(): string {
    const code = newSecret('code');
    this.#codes.set(idOf(code), known('code', code));
    const oldest = this.#codes.keys().next();
    if (this.#codes.size > limits.codes && oldest.done !== true) this.#codes.delete(oldest.value);
    return code;
  }

  /** Exchanges a code for the lasting secret of a browser; undefined when the code was used meanwhile. */
  exchangeCode(id: string): string | undefined {
    if (!this.#codes.delete(id)) return undefined;
    const secret = newSecret('browser');
    this.#save({ ...this.#access, browsers: [...this.#access.browsers, secret].slice(-limits.browsers) });
    return secret;
  }

  #save(access: AccessFile): void {
    writeJsonFile(this.#file, access);
    this.#access = access;
  }
}

function newSecret(kind: KnownSecret['kind']): string {
  return `${kind}-${randomBytes(9).toString('base64url')}.${randomKey()}`;
}

function idOf(secret: string): string {
  return secret.slice(0, secret.indexOf('.'));
}

function known(kind: KnownSecret['kind'], secret: string): KnownSecret {
  return { kind, id: idOf(secret), key: secret.slice(secret.indexOf('.') + 1) };
}

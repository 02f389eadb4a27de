import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { IdentityVault } from '#engine/ports/IdentityVault.ts';
import type { Secrets } from '#engine/ports/Secrets.ts';
import { readBackup, writeBackup } from './backupFile.ts';
import { type Identity, IdentitySeeds, identityOf, makeSeeds } from './Identity.ts';

interface KeyringOptions {
  readonly vault: IdentityVault;
  readonly secrets: Secrets;
  readonly clock: Clock;
}

/** The keys of this installation: sealed in the vault, open in memory. */
export class Keyring {
  readonly #options: KeyringOptions;
  #seeds: IdentitySeeds | null = null;
  #identity: Identity | null = null;

  constructor(options: KeyringOptions) {
    this.#options = options;
  }

  /** Loads the identity, or creates it at the first start. Rejects with a SwarmError `storage_*`. */
  async open(): Promise<Identity> {
    const { vault, secrets, clock } = this.#options;
    const sealed = await vault.load();
    if (sealed === null) return this.#keep(makeSeeds(clock.now()));
    const seeds = IdentitySeeds.safeParse(JSON.parse(await secrets.open(sealed)));
    if (!seeds.success) throw new SwarmError('storage_damaged', 'The stored identity cannot be read.');
    return this.#use(seeds.data);
  }

  /** The open identity. Throws a TypeError before `open`. */
  get current(): Identity {
    if (this.#identity === null) throw new TypeError('The identity was not opened');
    return this.#identity;
  }

  async exportBackup(name: string, passphrase: string): Promise<string> {
    if (this.#seeds === null) throw new TypeError('The identity was not opened');
    return writeBackup({ accountSeed: this.#seeds.accountSeed, name }, passphrase);
  }

  /** Becomes a fresh node of the account in a backup. Resolves with the name that was kept in it. */
  async importBackup(backup: string, passphrase: string): Promise<string> {
    const content = await readBackup(backup, passphrase);
    await this.#keep(makeSeeds(this.#options.clock.now(), content.accountSeed));
    return content.name;
  }

  async #keep(seeds: IdentitySeeds): Promise<Identity> {
    const identity = identityOf(seeds);
    const { vault, secrets } = this.#options;
    await vault.save(await secrets.seal(JSON.stringify(seeds)));
    this.#seeds = seeds;
    this.#identity = identity;
    return identity;
  }

  #use(seeds: IdentitySeeds): Identity {
    this.#seeds = seeds;
    this.#identity = identityOf(seeds);
    return this.#identity;
  }
}

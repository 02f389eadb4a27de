import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';

export interface LedgerReaderOptions {
  readonly clock: Clock;
  readonly store: EngineStore;
  readonly swarmId: () => string | null;
  readonly ask: <K extends keyof ToCoordinator>(type: K, payload: PayloadFor<ToCoordinator, K>) => Promise<Asked<K>>;
  readonly onChange: () => void;
}

const pageSize = 500;

/** Reads balances, and the entries that no event brought: those before this node and those of the account's other nodes. */
export class LedgerReader {
  readonly #options: LedgerReaderOptions;
  #reading: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(options: LedgerReaderOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all entries up to now are read, or the connection is lost. One read runs at a time; calls meanwhile share
   * the next one, since the present one may have begun too early.
   */
  read(): Promise<void> {
    if (this.#reading === null) {
      this.#reading = this.#read().finally(() => {
        this.#reading = null;
      });
      return this.#reading;
    }
    this.#next ??= this.#reading
      .catch(() => undefined)
      .then(() => {
        this.#next = null;
        return this.read();
      });
    return this.#next;
  }

  async #read(): Promise<void> {
    const swarmId = this.#options.swarmId();
    if (swarmId === null) return;
    while (await this.#page(swarmId)) if (this.#options.swarmId() !== swarmId) return;
    await this.#account(swarmId);
    this.#options.onChange();
  }

  /** True when there are more. */
  async #page(swarmId: string): Promise<boolean> {
    const { store, ask } = this.#options;
    const after = store.swarms.get(swarmId)?.ledgerCursor ?? 0;
    const answer = await ask('ledger:read', { after, limit: pageSize });
    if (!answer.ok) return false;
    const { entries, more } = answer.payload;
    const last = entries.at(-1);
    if (last === undefined) return false;
    await store.write(() => {
      for (const entry of entries) store.ledger.add(swarmId, entry, { text: null, valid: false });
      store.swarms.saveLedgerCursor(swarmId, last.entryId);
    });
    return more;
  }

  async #account(swarmId: string): Promise<void> {
    const { store, ask, clock } = this.#options;
    const answer = await ask('account:read', {});
    if (!answer.ok || this.#options.swarmId() !== swarmId) return;
    const { balances, reputation, reputationState } = answer.payload;
    await store.write(() => {
      const before = store.swarms.get(swarmId);
      store.swarms.saveBalances(swarmId, balances);
      store.swarms.saveReputation(swarmId, reputation, reputationState);
      if (before?.reputation?.score !== reputation.score) {
        store.reputation.add(swarmId, { at: clock.now(), score: reputation.score, level: reputation.level });
      }
    });
  }
}

import type { Clock, Timer } from '#shared/util/clock.ts';
import type { TaskSums } from '#engine/store/money/LedgerStore.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import { type Agreement, agreementOf } from './agreement.ts';

export interface ReconcilerOptions {
  readonly clock: Clock;
  readonly store: EngineStore;
  readonly swarmId: () => string | null;
  /** Reads the entries that no event brought, before a difference is shown. */
  readonly readLedger: () => Promise<void>;
  readonly onChange: () => void;
}

/** Milliseconds without a change before a comparison: an entry and its event arrive one after the other. */
const quietMs = 300;

/** Milliseconds before a difference is compared once more: an entry may be on its way. */
const secondLookMs = 5_000;

/** Compares this node's records with the coordinator's ledger, after every change. */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #missing = new Map<string, bigint>();
  #swarmId: string | null = null;
  #timer: Timer | null = null;
  #looks = 0;
  #current: Agreement | null = null;

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Null while unknown. */
  get current(): Agreement | null {
    return this.#current;
  }

  /** Switches to another swarm, or to none (null). */
  load(swarmId: string | null): void {
    this.#swarmId = swarmId;
    this.#missing.clear();
    this.#current = null;
    if (swarmId === null) return;
    for (const { taskId, ...sums } of this.#options.store.ledger.allTaskSums(swarmId)) this.#note(taskId, sums);
    this.#plan(quietMs);
  }

  /** Schedules a comparison: something was recorded about a task, or about money without a task (null). */
  touch(taskId: string | null): void {
    if (this.#swarmId === null) return;
    if (taskId !== null) this.#check(this.#swarmId, taskId);
    this.#looks = 0;
    this.#plan(quietMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #check(swarmId: string, taskId: string): void {
    this.#note(taskId, this.#options.store.ledger.taskSums(swarmId, taskId));
  }

  #note(taskId: string, sums: TaskSums | null): void {
    if (sums !== null && sums.actual < sums.expected) this.#missing.set(taskId, sums.expected - sums.actual);
    else this.#missing.delete(taskId);
  }

  #plan(delayMs: number): void {
    this.#timer ??= this.#options.clock.setTimer(delayMs, () => {
      this.#timer = null;
      // A failed comparison is made up for after the next change.
      this.#compare().catch(() => undefined);
    });
  }

  async #compare(): Promise<void> {
    const first = this.#compute();
    if (first?.agrees === false) {
      await this.#options.readLedger();
      for (const taskId of this.#missing.keys()) if (this.#swarmId !== null) this.#check(this.#swarmId, taskId);
    }
    this.#current = first?.agrees === false ? this.#compute() : first;
    this.#looks += 1;
    if (this.#current?.agrees === false && this.#looks < 2) this.#plan(secondLookMs);
    this.#options.onChange();
  }

  #compute(): Agreement | null {
    const swarmId = this.#swarmId;
    if (swarmId === null || swarmId !== this.#options.swarmId()) return null;
    const balances = this.#options.store.swarms.get(swarmId)?.balances ?? null;
    if (balances === null) return null;
    const missing = [...this.#missing.values()].reduce((sum, one) => sum + one, 0n);
    return agreementOf(balances, this.#options.store.ledger.sums(swarmId), missing);
  }
}

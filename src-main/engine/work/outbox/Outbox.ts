import { errorKinds, type WireError } from '#shared/domain/errorCodes.ts';
import type { AssignmentStatus } from '#shared/domain/tasks/assignment.ts';
import type { PayloadFor, ReplyOf, ToCoordinator } from '#shared/protocol/messages.ts';
import { backoffDelay } from '#shared/util/backoff.ts';
import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import type { OutboxItem } from '#engine/store/tasks/OutboxStore.ts';

export interface OutboxOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly store: EngineStore;
  readonly swarmId: () => string | null;
  readonly connected: () => boolean;
  readonly ask: (result: PayloadFor<ToCoordinator, 'task:result'>) => Promise<Asked<'task:result'>>;
  readonly chunks: {
    /** Sends the chunks from `stored` ids on. */
    resume(assignmentId: string, stored: number): void;
    offer(assignmentId: string, have: number): void;
    settled(assignmentId: string): Promise<void>;
    forget(assignmentId: string): void;
  };
  /** The number of waiting results changed. */
  readonly onChange: () => void;
}

type Verdict = Exclude<ReplyOf<ToCoordinator, 'task:result'>, { state: 'incomplete' }>;

/** Milliseconds between tries while connected, when the coordinator is busy or misses chunks. */
const retryPlan = { firstMs: 500, mostMs: 15_000 } as const;

/** Times that chunks are sent again before the result waits. */
const mostResends = 3;

/** Delivers results to the coordinator, at least once. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #sending = new Set<string>();
  #attempt = 0;
  #retry: Timer | null = null;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Number of undelivered results in the joined swarm. */
  count(): number {
    const swarm = this.#options.swarmId();
    return swarm === null ? 0 : this.#options.store.outbox.count(swarm);
  }

  /** Assignments whose result is undelivered; their leases are kept until it is acknowledged. */
  waiting(): readonly string[] {
    const swarm = this.#options.swarmId();
    return swarm === null ? [] : this.#options.store.outbox.ids(swarm);
  }

  /** Delivers all results; called after each end and each reconnect. Resolves when each was tried. */
  async deliver(): Promise<void> {
    const { store, swarmId, connected } = this.#options;
    const swarm = swarmId();
    if (swarm === null || !connected()) return;
    const items = store.outbox.list(swarm).filter((item) => !this.#sending.has(item.assignmentId));
    const delivered = await Promise.all(items.map((item) => this.#guarded(item)));
    if (delivered.every(Boolean)) this.#attempt = 0;
    else this.#retryLater();
  }

  stop(): void {
    this.#retry?.cancel();
    this.#retry = null;
  }

  #retryLater(): void {
    const { clock, random, connected } = this.#options;
    if (this.#retry !== null || !connected()) return;
    const delay = backoffDelay(retryPlan, this.#attempt, random);
    this.#attempt += 1;
    this.#retry = clock.setTimer(delay, () => {
      this.#retry = null;
      this.deliver().catch((error: unknown) => {
        this.#options.logger.warn('Could not deliver results.', { error: String(error) });
      });
    });
  }

  async #guarded(item: OutboxItem): Promise<boolean> {
    this.#sending.add(item.assignmentId);
    try {
      return await this.#send(item);
    } catch (error) {
      this.#options.logger.error('Could not deliver a result.', {
        assignmentId: item.assignmentId,
        error: String(error),
      });
      return false;
    } finally {
      this.#sending.delete(item.assignmentId);
    }
  }

  /** True when the coordinator acknowledged the end. */
  async #send(item: OutboxItem): Promise<boolean> {
    const { ask, chunks } = this.#options;
    const { assignmentId, result } = item;
    const { outcome } = result;
    if (outcome.kind === 'delivered') chunks.offer(assignmentId, outcome.count);
    for (let resend = 0; resend <= mostResends; resend += 1) {
      await chunks.settled(assignmentId);
      const answer = await ask(result);
      if (!answer.ok) {
        const verdict = refusal(answer.error);
        if (verdict === null) return false;
        await this.#close(item, verdict);
        return true;
      }
      if (answer.payload.state !== 'incomplete') {
        await this.#close(item, answer.payload);
        return true;
      }
      chunks.resume(assignmentId, answer.payload.stored);
    }
    return false;
  }

  async #close(item: OutboxItem, verdict: Verdict): Promise<void> {
    const { store, chunks, logger, onChange } = this.#options;
    const { swarmId, assignmentId } = item;
    const reason = verdict.state === 'rejected' ? verdict.reason : null;
    await store.write(() => {
      const before = store.assignments.get(swarmId, assignmentId)?.status ?? 'delivered';
      store.outbox.remove(swarmId, assignmentId);
      store.chunks.forget(swarmId, assignmentId);
      store.assignments.close(swarmId, assignmentId, { status: statusOf(verdict, before), reason });
    });
    chunks.forget(assignmentId);
    logger.info('A result was acknowledged.', { assignmentId, state: verdict.state, reason });
    onChange();
  }
}

/** Keeps the status of an accepted result: its settlement arrives later. */
function statusOf(verdict: Verdict, before: AssignmentStatus): AssignmentStatus {
  return verdict.state === 'accepted' ? before : verdict.state;
}

/** The verdict for an error that will not change; null for one that may pass. */
function refusal(error: WireError): Verdict | null {
  if (errorKinds[error.code].retryable || isAboutUs(error.code)) return null;
  return { state: 'rejected', reason: error.message.slice(0, 300) };
}

/** True for errors that concern the session, not the result. */
function isAboutUs(code: WireError['code']): boolean {
  return code === 'unauthenticated' || code === 'not_enrolled' || code === 'token_invalid' || code === 'token_revoked';
}

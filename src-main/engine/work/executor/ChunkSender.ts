import { errorKinds } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { AssignmentStore } from '#engine/store/tasks/AssignmentStore.ts';
import type { ChunkStore } from '#engine/store/tasks/ChunkStore.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import { firstMessage } from './firstMessage.ts';

/** Why the coordinator wants nothing more of an assignment. */
export type ClosedReason = 'superseded' | 'cancelled' | 'ended' | 'rejected';

export interface ChunkSenderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly chunks: Pick<ChunkStore, 'from'>;
  readonly assignments: Pick<AssignmentStore, 'get'>;
  readonly swarmId: () => string | null;
  readonly ask: (payload: PayloadFor<ToCoordinator, 'task:progress'>) => Promise<Asked<'task:progress'>>;
}

interface Sending {
  /** Ids that the coordinator has acknowledged. */
  stored: number;
  /** Ids stored here. */
  have: number;
  busy: Promise<void> | null;
  closed: boolean;
}

/** Milliseconds before the next try while the coordinator is busy. */
const busyPauseMs = 250;

/** Sends stored chunks in order, one message at a time for each assignment, from where the coordinator stands. */
export class ChunkSender {
  readonly #options: ChunkSenderOptions;
  readonly #sendings = new Map<string, Sending>();
  readonly #listeners = new Set<(assignmentId: string, why: ClosedReason) => void>();

  constructor(options: ChunkSenderOptions) {
    this.#options = options;
  }

  /** Calls back when the coordinator wants nothing more of an assignment. */
  onClosed(listener: (assignmentId: string, why: ClosedReason) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Sends chunks up to `have` ids, which are stored here. */
  offer(assignmentId: string, have: number): void {
    const sending = this.#of(assignmentId);
    sending.have = Math.max(sending.have, have);
    this.#start(assignmentId, sending);
  }

  /** Sends again from the number of ids that the coordinator has. */
  resume(assignmentId: string, stored: number): void {
    const sending = this.#of(assignmentId);
    sending.stored = stored;
    this.#start(assignmentId, sending);
  }

  /** Resolves when everything stored here is acknowledged, or nothing more can be sent for now. */
  async settled(assignmentId: string): Promise<void> {
    const sending = this.#of(assignmentId);
    this.#start(assignmentId, sending);
    while (sending.busy !== null) await sending.busy;
  }

  /** Forgets a closed assignment. */
  forget(assignmentId: string): void {
    const sending = this.#sendings.get(assignmentId);
    if (sending !== undefined) sending.closed = true;
    this.#sendings.delete(assignmentId);
  }

  #of(assignmentId: string): Sending {
    const known = this.#sendings.get(assignmentId);
    if (known !== undefined) return known;
    const sending: Sending = { stored: 0, have: 0, busy: null, closed: false };
    this.#sendings.set(assignmentId, sending);
    return sending;
  }

  #start(assignmentId: string, sending: Sending): void {
    if (sending.busy !== null || sending.closed || sending.stored >= sending.have) return;
    sending.busy = this.#run(assignmentId, sending)
      .catch((error: unknown) => {
        this.#options.logger.error('Could not send chunks.', { assignmentId, error: String(error) });
      })
      .finally(() => {
        sending.busy = null;
      });
  }

  async #run(assignmentId: string, sending: Sending): Promise<void> {
    while (!sending.closed && sending.stored < sending.have) {
      if ((await this.#sendNext(assignmentId, sending)) === 'blocked') return;
    }
  }

  async #sendNext(assignmentId: string, sending: Sending): Promise<'sent' | 'blocked'> {
    const { chunks, ask, swarmId } = this.#options;
    const swarm = swarmId();
    if (swarm === null) return 'blocked';
    const next = firstMessage(chunks.from(swarm, assignmentId, sending.stored));
    const [first] = next;
    if (first === undefined) return 'blocked';
    const before = sending.stored;
    const answer = await ask({ assignmentId, ...this.#promptIds(swarm, assignmentId, first.from), chunks: next });
    if (!answer.ok) return this.#refused(assignmentId, sending, answer.error);
    sending.stored = answer.payload.stored;
    if (answer.payload.state !== 'running') {
      this.#close(assignmentId, sending, answer.payload.state);
      return 'blocked';
    }
    // Without progress nothing is sent again before the next chunk, the result or a reconnect.
    return sending.stored <= before ? 'blocked' : 'sent';
  }

  /** The first chunk carries the prompt's ids. */
  #promptIds(swarm: string, assignmentId: string, from: number): { promptIds?: number[] } {
    if (from > 0) return {};
    return { promptIds: [...(this.#options.assignments.get(swarm, assignmentId)?.promptIds ?? [])] };
  }

  async #refused(
    assignmentId: string,
    sending: Sending,
    error: Extract<Asked<'task:progress'>, { ok: false }>['error'],
  ): Promise<'sent' | 'blocked'> {
    const { logger, clock } = this.#options;
    if (error.code === 'not_connected' || error.code === 'timeout') return 'blocked';
    if (error.code === 'out_of_order') {
      const stored = Number(error.details?.['stored'] ?? 0);
      const moved = stored !== sending.stored;
      sending.stored = stored;
      return moved ? 'sent' : 'blocked';
    }
    if (errorKinds[error.code].retryable) {
      await new Promise<void>((resolve) => void clock.setTimer(busyPauseMs, resolve));
      return 'sent';
    }
    logger.warn('The coordinator refused a chunk.', { assignmentId, code: error.code, reason: error.message });
    this.#close(assignmentId, sending, 'rejected');
    return 'blocked';
  }

  #close(assignmentId: string, sending: Sending, why: ClosedReason): void {
    sending.closed = true;
    for (const listener of this.#listeners) listener(assignmentId, why);
  }
}

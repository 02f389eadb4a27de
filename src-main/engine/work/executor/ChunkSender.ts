import { errorKinds } from '#shared/domain/errorCodes.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { AssignmentStore } from '#engine/store/AssignmentStore.ts';
import type { ChunkStore } from '#engine/store/ChunkStore.ts';
import type { PayloadFor, ToCoordinator } from '#shared/protocol/messages.ts';
import { firstMessage } from './firstMessage.ts';

/** The coordinator's word that nothing more of an assignment is wanted. */
export type SendingOver = 'superseded' | 'cancelled' | 'ended' | 'rejected';

export interface ChunkSenderOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly chunks: Pick<ChunkStore, 'from'>;
  readonly assignments: Pick<AssignmentStore, 'get'>;
  readonly swarmId: () => string | null;
  readonly ask: (payload: PayloadFor<ToCoordinator, 'task:progress'>) => Promise<Asked<'task:progress'>>;
  readonly onOver: (assignmentId: string, why: SendingOver) => void;
}

interface Sending {
  /** Ids that the coordinator has stored, as far as is known. */
  stored: number;
  /** Ids stored here. */
  have: number;
  busy: Promise<void> | null;
  over: boolean;
}

/** Pause before trying again when the coordinator is busy. */
const busyPauseMs = 250;

/** Sends stored chunks in order, one message under way per assignment, from wherever the coordinator says. */
export class ChunkSender {
  readonly #options: ChunkSenderOptions;
  readonly #sendings = new Map<string, Sending>();

  constructor(options: ChunkSenderOptions) {
    this.#options = options;
  }

  /** Chunks up to `have` ids are stored here and may leave. */
  offer(assignmentId: string, have: number): void {
    const sending = this.#of(assignmentId);
    sending.have = Math.max(sending.have, have);
    this.#start(assignmentId, sending);
  }

  /** The coordinator names what it has; the rest is sent again from there. */
  resume(assignmentId: string, stored: number): void {
    const sending = this.#of(assignmentId);
    sending.stored = stored;
    this.#start(assignmentId, sending);
  }

  /** Resolves when everything stored here has been sent, or nothing more can be for now. */
  async settled(assignmentId: string): Promise<void> {
    const sending = this.#of(assignmentId);
    this.#start(assignmentId, sending);
    while (sending.busy !== null) await sending.busy;
  }

  /** The assignment is closed. */
  forget(assignmentId: string): void {
    const sending = this.#sendings.get(assignmentId);
    if (sending !== undefined) sending.over = true;
    this.#sendings.delete(assignmentId);
  }

  #of(assignmentId: string): Sending {
    const known = this.#sendings.get(assignmentId);
    if (known !== undefined) return known;
    const sending: Sending = { stored: 0, have: 0, busy: null, over: false };
    this.#sendings.set(assignmentId, sending);
    return sending;
  }

  #start(assignmentId: string, sending: Sending): void {
    if (sending.busy !== null || sending.over || sending.stored >= sending.have) return;
    sending.busy = this.#run(assignmentId, sending)
      .catch((error: unknown) => {
        this.#options.logger.error('Chunks could not be sent.', { assignmentId, error: String(error) });
      })
      .finally(() => {
        sending.busy = null;
      });
  }

  async #run(assignmentId: string, sending: Sending): Promise<void> {
    while (!sending.over && sending.stored < sending.have) {
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
      this.#end(assignmentId, sending, answer.payload.state);
      return 'blocked';
    }
    // A coordinator that takes nothing is not asked over and over; a reconnect or the result tries again.
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
    this.#end(assignmentId, sending, 'rejected');
    return 'blocked';
  }

  #end(assignmentId: string, sending: Sending, why: SendingOver): void {
    sending.over = true;
    this.#options.onOver(assignmentId, why);
  }
}

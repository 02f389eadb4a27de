import type { AssignmentStatus } from '#shared/domain/tasks/assignment.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Chunk, ProgressReply, TaskProgress } from '#shared/protocol/working.ts';
import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import { extendChain } from '#node/answerChain.ts';
import { TokenBucket } from '#coordinator/gateway/limits/TokenBucket.ts';
import { inTurn, type LiveRun, type LiveTask } from './LiveTask.ts';
import type { OpenTasks } from './OpenTasks.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import { checkChunk, promptProblem } from '#coordinator/judging/checks/checkChunk.ts';
import type { Endings } from './Endings.ts';
import type { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import { headBefore } from './headBefore.ts';
import type { Leases } from './Leases.ts';
import { refusal } from '#coordinator/judging/runEnd.ts';

export interface ProgressNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: CoordinatorStore;
  readonly open: OpenTasks;
  readonly endings: Endings;
  readonly leases: Leases;
  readonly relay: FrameRelay;
  /** Somebody sent work for another's assignment. */
  readonly onForeign: (nodeId: string, assignmentId: string) => void;
}

type Reply = z.infer<typeof ProgressReply>;

/** What is wrong, and with which field. */
interface Problem {
  readonly field: string;
  readonly reason: string;
}

/** Takes chunks in: each is checked, stored, then relayed. */
export class Progress {
  readonly #needs: ProgressNeeds;
  readonly #rates = new WeakMap<LiveRun, TokenBucket>();

  constructor(needs: ProgressNeeds) {
    this.#needs = needs;
  }

  /** Throws a SwarmError for foreign, unknown, too fast and invalid messages; an invalid chunk ends its assignment. */
  async receive(nodeId: string, message: z.output<typeof TaskProgress>): Promise<Reply> {
    const found = this.#needs.open.run(message.assignmentId);
    if (found === undefined || found.run.ended) return this.#late(nodeId, message.assignmentId);
    const { task, run } = found;
    if (run.assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, message.assignmentId);
    this.#checkRate(run);
    this.#needs.leases.renew(nodeId, message.assignmentId);
    const problem = takePrompt(task, run, message.promptIds) ?? this.#takeAll(task, run, message.chunks);
    if (problem !== null) await this.#reject(task, run, problem);
    await run.writing;
    return run.ended ? this.#late(nodeId, message.assignmentId) : { stored: run.stored, state: 'running' };
  }

  /** Takes chunks until one leaves a gap. Without a pause in between, so that messages cannot overtake each other. */
  #takeAll(task: LiveTask, run: LiveRun, chunks: readonly z.output<typeof Chunk>[]): Problem | null {
    for (const [index, chunk] of chunks.entries()) {
      const taken = this.#take(task, run, chunk);
      if (taken === 'gap') return null;
      if (taken !== 'taken') return { ...taken, field: `payload.chunks.${index}.${taken.field}` };
    }
    return null;
  }

  #take(task: LiveTask, run: LiveRun, chunk: z.output<typeof Chunk>): 'taken' | 'gap' | Problem {
    const { shape, count, textBytes, lastId } = run;
    const { maxTokens } = run.assignment.sampler;
    const verdict = checkChunk({ count, textBytes, lastId, shape, maxTokens }, chunk);
    if (verdict.kind === 'known') return 'taken';
    if (verdict.kind === 'gap' || run.head === null) return 'gap';
    if (verdict.kind === 'bad') return verdict;
    const head = extendChain(run.head, verdict.kind === 'overlap' ? chunk.ids.slice(verdict.known) : chunk.ids);
    if (head !== chunk.chain) return { field: 'chain', reason: 'The chain does not continue.' };
    // The same answer, cut otherwise (rules 4.9): the node learns where to send again from.
    if (verdict.kind === 'overlap') return 'gap';
    const first = run.count === 0;
    run.head = head;
    run.signature = chunk.signature;
    run.count += chunk.ids.length;
    run.lastId = chunk.ids.at(-1) ?? run.lastId;
    run.textBytes += Buffer.byteLength(chunk.text);
    run.lastChunkAt = this.#needs.clock.monotonic();
    const written = this.#store(task, run, { chunk, first });
    run.writing = Promise.all([run.writing, written]).then(() => undefined);
    return 'taken';
  }

  async #store(
    task: LiveTask,
    run: LiveRun,
    { chunk, first }: { chunk: z.output<typeof Chunk>; first: boolean },
  ): Promise<void> {
    const { store, clock, relay, logger } = this.#needs;
    const { assignmentId, attempt, startIndex } = run.assignment;
    try {
      const outcome = await store.appendChunk({
        assignmentId,
        ...(first && run.promptIds !== null ? { promptIds: run.promptIds } : {}),
        ...chunk,
        now: clock.now(),
      });
      run.stored = Math.max(run.stored, outcome.stored);
      if (outcome.kind !== 'stored') return;
      const { taskId } = task.record;
      relay.push({ taskId, attempt, from: startIndex + chunk.from, tokens: chunk.ids.length, text: chunk.text });
    } catch (error) {
      logger.error('A chunk could not be stored', { task_id: task.record.taskId, error: String(error) });
      this.#rewind(run);
    }
  }

  /** What was not stored was never received: the node sends it again. */
  #rewind(run: LiveRun): void {
    const kept = this.#needs.store.assignment(run.assignment.assignmentId);
    const segment = this.#needs.store.segment(run.assignment.assignmentId);
    if (kept === undefined) return;
    run.stored = kept.stored;
    run.count = kept.stored;
    run.head = kept.chain ?? (run.promptIds === null ? null : headBefore(run.assignment, run.promptIds, run.prefixIds));
    run.signature = kept.lastSignature;
    run.lastId = segment?.ids.at(-1) ?? null;
    run.textBytes = Buffer.byteLength(segment?.text ?? '');
  }

  /** The whole segment is refused, and so is the message. */
  async #reject(task: LiveTask, run: LiveRun, { field, reason }: Problem): Promise<never> {
    await inTurn(task, async () => {
      if (task.run !== run) return;
      await this.#needs.endings.leaveRun(task, refusal(reason));
    });
    throw new SwarmError('chain_mismatch', `${field}: ${reason}`, { field });
  }

  #checkRate(run: LiveRun): void {
    const now = this.#needs.clock.monotonic();
    const rate =
      this.#rates.get(run) ?? new TokenBucket(wireLimits.chunksPerSecond, 2 * wireLimits.chunksPerSecond, now);
    this.#rates.set(run, rate);
    if (!rate.take(now)) throw new SwarmError('rate_limited', 'Chunks come too fast; send several in one message.');
  }

  #late(nodeId: string, assignmentId: string): Reply {
    const assignment = this.#needs.store.assignment(assignmentId);
    if (assignment === undefined) throw new SwarmError('assignment_unknown');
    if (assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, assignmentId);
    return { stored: assignment.stored, state: lateState(assignment.status) };
  }

  #refuseForeign(nodeId: string, assignmentId: string): never {
    this.#needs.onForeign(nodeId, assignmentId);
    throw new SwarmError('assignment_foreign', undefined, { field: 'payload.assignmentId' });
  }
}

/** The first chunk brings the prompt's ids: the chain starts from them. */
function takePrompt(task: LiveTask, run: LiveRun, promptIds: readonly number[] | undefined): Problem | null {
  if (promptIds === undefined) {
    if (run.head !== null) return null;
    throw new SwarmError('invalid_message', 'payload.promptIds: comes with the first chunk', {
      field: 'payload.promptIds',
    });
  }
  const reason = promptProblem(promptIds, {
    known: run.promptIds,
    vocabSize: run.shape.vocabSize,
    contextSize: run.shape.contextSize,
    answerTokens: task.record.maxTokens,
  });
  if (reason !== null) return { field: 'payload.promptIds', reason };
  run.promptIds = promptIds;
  run.head ??= headBefore(run.assignment, promptIds, run.prefixIds);
  return null;
}

function lateState(status: AssignmentStatus): Reply['state'] {
  if (status === 'cancelled') return 'cancelled';
  return status === 'lost' || status === 'superseded' ? 'superseded' : 'ended';
}

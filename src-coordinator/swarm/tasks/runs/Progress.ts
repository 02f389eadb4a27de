import type { AssignmentStatus } from '#shared/domain/tasks/assignment.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { Chunk, ProgressReply, TaskProgress } from '#shared/protocol/working.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import { extendChain } from '#node/keys/answerChain.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { appendChunk } from '#coordinator/books/commands/appendChunk.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { checkChunk, promptProblem } from '#coordinator/judging/checks/checkChunk.ts';
import { refusal } from '#coordinator/judging/runEnd.ts';
import { headBefore } from './headBefore.ts';
import type { Leases } from '#coordinator/swarm/tasks/Leases.ts';
import type { LiveRun, LiveTask, ReceivedTokens } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import type { RunEndings } from './RunEndings.ts';
import type { RunWrites } from './RunWrites.ts';
import type { RunOfTask, TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

export interface ProgressNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly books: Books;
  readonly queries: Pick<Queries, 'assignment' | 'segment'>;
  readonly life: TaskLife;
  readonly leases: Pick<Leases, 'renew' | 'chunkArrived'>;
  readonly runs: Pick<RunEndings, 'end'>;
  readonly writes: Pick<RunWrites, 'add' | 'settled'>;
  /** Takes one chunk message of a run from its allowance; false when they come too fast. */
  readonly admit: (assignmentId: string) => boolean;
  /** A piece of an answer is on the disk. */
  readonly onStored: (piece: z.infer<typeof TaskFrame>) => void;
  /** A node sent work for the assignment of another one. */
  readonly onForeign: (nodeId: string, assignmentId: string) => void;
}

type Reply = z.infer<typeof ProgressReply>;
type ReceivedChunk = z.output<typeof Chunk>;

/** What is wrong, and with which field. */
interface Problem {
  readonly field: string;
  readonly reason: string;
}

/** Receives chunks: each is checked, stored, then relayed. */
export class Progress {
  readonly #needs: ProgressNeeds;

  constructor(needs: ProgressNeeds) {
    this.#needs = needs;
  }

  /** Throws a SwarmError for foreign, unknown, too fast and invalid messages; an invalid chunk ends its assignment. */
  async receive(nodeId: string, message: z.output<typeof TaskProgress>): Promise<Reply> {
    const { assignmentId, promptIds, chunks } = message;
    const found = this.#needs.life.run(assignmentId);
    if (found === undefined || found.run.sealed) return this.#late(nodeId, assignmentId);
    if (found.run.assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, assignmentId);
    if (!this.#needs.admit(assignmentId)) {
      throw new SwarmError('rate_limited', 'Chunks come too fast; send several in one message.');
    }
    this.#needs.leases.renew(nodeId, assignmentId);
    const problem = this.#receivePrompt(found, promptIds) ?? this.#receiveAll(assignmentId, chunks);
    if (problem !== null) {
      await this.#refuse(found.task.record.taskId, assignmentId, problem.reason);
      throw new SwarmError('chain_mismatch', `${problem.field}: ${problem.reason}`, { field: problem.field });
    }
    await this.#needs.writes.settled(assignmentId);
    const now = this.#needs.life.run(assignmentId);
    if (now === undefined || now.run.sealed) return this.#late(nodeId, assignmentId);
    return { stored: now.run.stored, state: 'running' };
  }

  /** A bad chunk refuses the whole segment. */
  async #refuse(taskId: string, assignmentId: string, reason: string): Promise<void> {
    const { life, runs } = this.#needs;
    await life.inTurn(taskId, async () => {
      if (life.run(assignmentId) !== undefined) await runs.end(taskId, refusal(reason));
    });
  }

  /** The first chunk brings the ids of the prompt: the chain starts from them. */
  #receivePrompt({ task, run }: RunOfTask, promptIds: readonly number[] | undefined): Problem | null {
    if (promptIds === undefined) {
      if (run.received.head !== null) return null;
      throw new SwarmError('invalid_message', 'payload.promptIds: is required with the first chunk', {
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
    const head = headBefore(run.assignment, promptIds, run.prefixIds);
    this.#needs.life.sendRun(run.assignment.assignmentId, { type: 'prompt_received', promptIds, head });
    return null;
  }

  /** Receives chunks until one leaves a gap. Awaits nothing, so that messages cannot overtake each other. */
  #receiveAll(assignmentId: string, chunks: readonly ReceivedChunk[]): Problem | null {
    for (const [index, chunk] of chunks.entries()) {
      const found = this.#needs.life.run(assignmentId);
      const result = found === undefined ? 'gap' : this.#receiveOne(found, chunk);
      if (result === 'gap') return null;
      if (result !== 'received') return { ...result, field: `payload.chunks.${index}.${result.field}` };
    }
    return null;
  }

  #receiveOne({ task, run }: RunOfTask, chunk: ReceivedChunk): 'received' | 'gap' | Problem {
    const { received, shape, assignment } = run;
    const { count, textBytes, lastId } = received;
    const { maxTokens } = assignment.sampler;
    const check = checkChunk({ count, textBytes, lastId, shape, maxTokens }, chunk);
    if (check.kind === 'known') return 'received';
    if (check.kind === 'gap' || received.head === null) return 'gap';
    if (check.kind === 'bad') return check;
    const head = extendChain(received.head, check.kind === 'overlap' ? chunk.ids.slice(check.known) : chunk.ids);
    if (head !== chunk.chain) return { field: 'chain', reason: 'The chain does not continue.' };
    // The same answer in other pieces (decision 9): the reply tells the node where to resend from.
    if (check.kind === 'overlap') return 'gap';
    const { assignmentId } = assignment;
    const position: ReceivedTokens = {
      head,
      signature: chunk.signature,
      count: count + chunk.ids.length,
      lastId: chunk.ids.at(-1) ?? lastId,
      textBytes: textBytes + Buffer.byteLength(chunk.text),
    };
    this.#needs.life.sendRun(assignmentId, { type: 'chunk_received', received: position });
    this.#needs.leases.chunkArrived(assignmentId);
    this.#needs.writes.add(assignmentId, this.#store(task, run, { chunk, position }));
    return 'received';
  }

  /** Never rejects. */
  async #store(
    task: LiveTask,
    run: LiveRun,
    { chunk, position }: { readonly chunk: ReceivedChunk; readonly position: ReceivedTokens },
  ): Promise<void> {
    const { books, clock, life, logger } = this.#needs;
    const { assignmentId, attempt, startIndex } = run.assignment;
    const { taskId } = task.record;
    try {
      const prompt = chunk.from === 0 && run.promptIds !== null ? { promptIds: run.promptIds } : {};
      const outcome = await books.run(appendChunk({ assignmentId, ...prompt, ...chunk, now: clock.now() }));
      // After another chunk that could not be stored: its rewind tells the node to send both again.
      if (outcome.kind !== 'stored') return;
      life.sendRun(assignmentId, { type: 'chunk_stored', position });
      const { from, ids, text } = chunk;
      this.#needs.onStored({ taskId, attempt, from: startIndex + from, tokens: ids.length, text });
    } catch (error) {
      logger.error('A chunk could not be stored', { task_id: taskId, error: String(error) });
      await this.#rewind(assignmentId);
    }
  }

  /** A chunk that was not stored counts as never received: the node resends it. */
  async #rewind(assignmentId: string): Promise<void> {
    const { queries, life, logger } = this.#needs;
    try {
      const [kept, segment] = await Promise.all([queries.assignment(assignmentId), queries.segment(assignmentId)]);
      const run = life.run(assignmentId)?.run;
      if (kept === undefined || run === undefined) return;
      const head = run.promptIds === null ? null : headBefore(run.assignment, run.promptIds, run.prefixIds);
      life.sendRun(assignmentId, {
        type: 'rewound',
        received: {
          count: kept.stored,
          head: kept.chain ?? head,
          signature: kept.lastSignature,
          lastId: segment?.ids.at(-1) ?? null,
          textBytes: Buffer.byteLength(segment?.text ?? ''),
        },
      });
    } catch (error) {
      logger.error('The stored part of a run could not be read', {
        assignment_id: assignmentId,
        error: String(error),
      });
    }
  }

  /** The reply to chunks of a run that is over. */
  async #late(nodeId: string, assignmentId: string): Promise<Reply> {
    const assignment = await this.#needs.queries.assignment(assignmentId);
    if (assignment === undefined) throw new SwarmError('assignment_unknown');
    if (assignment.nodeId !== nodeId) this.#refuseForeign(nodeId, assignmentId);
    return { stored: assignment.stored, state: lateState(assignment.status) };
  }

  #refuseForeign(nodeId: string, assignmentId: string): never {
    this.#needs.onForeign(nodeId, assignmentId);
    throw new SwarmError('assignment_foreign', undefined, { field: 'payload.assignmentId' });
  }
}

function lateState(status: AssignmentStatus): Reply['state'] {
  if (status === 'cancelled') return 'cancelled';
  return status === 'lost' || status === 'superseded' ? 'superseded' : 'ended';
}

import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { Books } from '#coordinator/books/Books.ts';
import { assignTask } from '#coordinator/books/commands/assignTask.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { AssignmentRecord } from '#coordinator/books/records.ts';
import { loss, lossOf } from '#coordinator/judging/runEnd.ts';
import type { AcceptedOffer } from '#coordinator/swarm/matching/Matcher.ts';
import type { Ticket } from '#coordinator/swarm/matching/Ticket.ts';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import { type LiveRun, type LiveTask, workRun } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import { mayBeRetried, type RunEndings } from './RunEndings.ts';
import type { Seeds } from './Seeds.ts';
import type { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

/** Milliseconds in which the chosen node must acknowledge; meanwhile a live node renews its lease. */
const assignTimeoutMs = 3000;

export interface AssignerNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly books: Books;
  readonly queries: Pick<Queries, 'answer'>;
  readonly life: TaskLife;
  readonly runs: Pick<RunEndings, 'end' | 'giveUp'>;
  readonly channels: Pick<NodeChannels, 'request'>;
  readonly seeds: Seeds;
  readonly pseudonymOf: (accountId: string) => string;
}

type AnswerSoFar = Pick<Awaited<ReturnType<Queries['answer']>>, 'ids' | 'promptIds'>;

/** Turns an accepted offer into a running assignment: stored first, then the text goes to the winner alone. */
export class Assigner {
  readonly #needs: AssignerNeeds;

  constructor(needs: AssignerNeeds) {
    this.#needs = needs;
  }

  /** False if the task no longer needs a node, or not this one; the caller must then release the slot. */
  assign({ taskId }: Ticket, offer: AcceptedOffer): Promise<boolean> {
    const { life, runs, queries } = this.#needs;
    return life.inTurn(taskId, async () => {
      const former = workRun(life.get(taskId) ?? noTask);
      // A lapsed run whose node returned in time keeps the task; otherwise the run ends here.
      if (former?.lapsed === false) return false;
      if (former !== null) {
        const end = lossOf(former, 'Its lease lapsed and another node took the task.');
        if ((await runs.end(taskId, end)) === 'over') return false;
      }
      const task = life.get(taskId);
      if (task === undefined) return false;
      if (!mayBeRetried(task)) {
        // Its last try failed, and this process, or one before a restart, could not store that the task failed with it.
        runs.giveUp(taskId);
        return false;
      }
      if (task.fixedDigest !== null && task.fixedDigest !== offer.candidate.model.digest) return false;
      return this.#start(task, offer, await queries.answer(taskId));
    });
  }

  async #start(task: LiveTask, offer: AcceptedOffer, answer: AnswerSoFar): Promise<boolean> {
    const { books, life, logger } = this.#needs;
    const { taskId } = task.record;
    const outcome = await books.run(assignTask(this.#assignmentFor(task, offer, answer.ids.length)));
    if (outcome.kind === 'conflict') {
      logger.error('A task could not be assigned', { task_id: taskId });
      return false;
    }
    const run = newRun(outcome.assignment, offer, answer);
    life.send(taskId, { type: 'run_started', record: outcome.task, run });
    this.#hand(task, run).catch((error: unknown) => {
      // The lease lapses then, and another node takes the task.
      logger.error('A task could not be handed over', { task_id: taskId, error: String(error) });
    });
    return true;
  }

  #assignmentFor(task: LiveTask, offer: AcceptedOffer, answered: number) {
    const { assignmentId, estimateMs } = offer;
    const { node, model } = offer.candidate;
    const { taskId, type, maxTokens } = task.record;
    const now = this.#needs.clock.now();
    const temperature = task.submission.temperature ?? taskTypes[type].temperature;
    const sampler: z.infer<typeof Sampler> = {
      mode: temperature === 0 ? 'greedy' : 'sampled',
      temperature,
      minP: 0.05,
      maxTokens: maxTokens - answered,
      stop: [],
    };
    return {
      assignmentId,
      taskId,
      kind: 'work' as const,
      nodeId: node.nodeId,
      accountId: node.accountId,
      modelDigest: model.digest,
      modelName: model.name,
      sizeClass: model.shape.sizeClass,
      shape: model.shape,
      level: node.reputation.level,
      sampler,
      seed: this.#needs.seeds.seedFor({ taskId, nodeId: node.nodeId, assignmentId }, now),
      estimateMs,
      assignedAt: now,
    };
  }

  async #hand(task: LiveTask, run: LiveRun): Promise<void> {
    const { channels, life, runs } = this.#needs;
    const { assignmentId, taskId, nodeId } = run.assignment;
    const answer = await channels.request(nodeId, 'task:assign', this.#messageFor(task, run), assignTimeoutMs);
    if (answer.ok) life.sendRun(assignmentId, { type: 'taken' });
    if (answer.ok || answer.code === 'timeout' || answer.code === 'not_connected') return;
    life.inTurnSoon(taskId, async () => {
      if (life.run(assignmentId) === undefined) return;
      await runs.end(taskId, loss('The node refused what it had accepted.'));
    });
  }

  #messageFor({ record, submission, deadline }: LiveTask, run: LiveRun) {
    const { assignment, prefixIds, promptIds } = run;
    const isContinuation = prefixIds.length > 0 && promptIds !== null;
    return {
      assignmentId: assignment.assignmentId,
      taskId: record.taskId,
      type: record.type,
      language: record.language,
      privacy: record.privacy,
      own: record.accountId === assignment.accountId,
      requester: record.welcome ? 'the swarm itself' : this.#needs.pseudonymOf(record.accountId),
      modelDigest: assignment.modelDigest,
      input: isContinuation
        ? { scheme: 'continue' as const, promptIds: [...promptIds], prefixIds: [...prefixIds] }
        : { scheme: 'plain' as const, messages: submission.messages, context: submission.context },
      sampler: assignment.sampler,
      seed: assignment.seed,
      deadlineMs: Math.max(1, Math.round(deadline - this.#needs.clock.monotonic())),
    };
  }
}

/** A task that is over has no run. */
const noTask: Pick<LiveTask, 'runs'> = { runs: new Map() };

function newRun(assignment: AssignmentRecord, { candidate }: AcceptedOffer, answer: AnswerSoFar): LiveRun {
  return {
    assignment,
    nodeKey: candidate.node.nodeKey,
    shape: candidate.model.shape,
    prefixIds: answer.ids,
    promptIds: answer.ids.length > 0 ? answer.promptIds : null,
    received: { count: 0, textBytes: 0, lastId: null, head: null, signature: null },
    stored: 0,
    lapsed: false,
    taken: false,
    sealed: false,
    recovered: false,
  };
}

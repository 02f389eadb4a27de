import type { Sampler } from '#shared/domain/tasks/sampler.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { z } from 'zod';
import type { AcceptedOffer } from '#coordinator/swarm/matching/Dispatcher.ts';
import type { Seeds } from './seeds.ts';
import { inTurn, type LiveRun, type LiveTask, stepSoon } from './LiveTask.ts';
import type { OpenTasks } from './OpenTasks.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { AssignmentRecord } from '#coordinator/books/records.ts';
import type { Endings } from './Endings.ts';
import type { Leases } from './Leases.ts';

/** Time for the winner's acknowledgement; a node that is alive renews its lease meanwhile. */
const assignTimeoutMs = 3000;

export interface AssignerNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly store: CoordinatorStore;
  readonly open: OpenTasks;
  readonly endings: Endings;
  readonly leases: Leases;
  readonly seeds: Seeds;
  readonly enqueue: (task: LiveTask) => void;
  readonly pseudonymOf: (accountId: string) => string;
}

interface AnswerSoFar {
  readonly ids: readonly number[];
  readonly promptIds: readonly number[];
}

/** Turns an accepted offer into a running assignment: stored first, then the text goes to the winner alone. */
export class Assigner {
  readonly #needs: AssignerNeeds;

  constructor(needs: AssignerNeeds) {
    this.#needs = needs;
  }

  /** False when the task needs nobody any more; the slot is then the caller's to give back. */
  assign(task: LiveTask, offer: AcceptedOffer): Promise<boolean> {
    return inTurn(task, async () => {
      // A run that came back in time keeps the task.
      if (task.phase !== 'offering' || task.run?.lapsed === false) return false;
      if (!(await this.#leaveFormerRun(task))) return false;
      const { model } = offer.candidate;
      if (task.fixedDigest !== null && task.fixedDigest !== model.digest) return false;
      return this.#start(task, offer, this.#needs.store.answer(task.record.taskId));
    });
  }

  /** A lapsed run ends here, since another node takes over. False when it was the task's last try. */
  async #leaveFormerRun(task: LiveTask): Promise<boolean> {
    if (task.run === null) return true;
    const next = await this.#needs.endings.closeRun(task, {
      event: 'lose',
      finish: null,
      reason: 'Its lease was over and another node took the task.',
      failure: true,
      weight: 1,
    });
    return next === 'goes_on';
  }

  async #start(task: LiveTask, offer: AcceptedOffer, answer: AnswerSoFar): Promise<boolean> {
    const { store, clock, open, leases } = this.#needs;
    const now = clock.now();
    const outcome = await store.assignTask(this.#assignmentFor(task, offer, { answered: answer.ids.length, now }));
    if (outcome.kind === 'conflict') {
      this.#needs.logger.error('A task could not be assigned', { task_id: task.record.taskId });
      return false;
    }
    const run = newRun(outcome.assignment, offer, answer, clock.monotonic());
    open.startRun(task, run);
    task.phase = 'running';
    task.waitReason = null;
    task.record = outcome.task;
    leases.grant(task, run);
    this.#hand(task, run, offer).catch((error: unknown) => {
      // Its lease runs out then, and another node takes the task.
      this.#needs.logger.error('A task could not be handed over', {
        task_id: run.assignment.taskId,
        error: String(error),
      });
    });
    return true;
  }

  #assignmentFor(task: LiveTask, offer: AcceptedOffer, { answered, now }: { answered: number; now: number }) {
    const { node, model } = offer.candidate;
    const { taskId, type, maxTokens } = task.record;
    const temperature = task.submission.temperature ?? taskTypes[type].temperature;
    const sampler: z.infer<typeof Sampler> = {
      mode: temperature === 0 ? 'greedy' : 'sampled',
      temperature,
      minP: 0.05,
      maxTokens: maxTokens - answered,
      stop: [],
    };
    const { assignmentId } = offer;
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
      estimateMs: offer.estimateMs,
      assignedAt: now,
    };
  }

  async #hand(task: LiveTask, run: LiveRun, offer: AcceptedOffer): Promise<void> {
    const { session } = offer.candidate.node;
    const answer = await session.request('task:assign', this.#messageFor(task, run), assignTimeoutMs);
    if (answer.ok) run.taken = true;
    if (answer.ok || answer.code === 'timeout' || answer.code === 'not_connected') return;
    stepSoon(task, this.#needs, async () => {
      if (task.run !== run) return;
      await this.#needs.endings.leaveRun(task, {
        event: 'lose',
        finish: null,
        reason: 'The node did not take what it had accepted.',
        failure: true,
        weight: 1,
      });
    });
  }

  #messageFor(task: LiveTask, run: LiveRun) {
    const { assignment } = run;
    const { record, submission } = task;
    const goesOn = run.prefixIds.length > 0 && run.promptIds !== null;
    return {
      assignmentId: assignment.assignmentId,
      taskId: record.taskId,
      type: record.type,
      language: record.language,
      privacy: record.privacy,
      own: record.accountId === assignment.accountId,
      requester: record.welcome ? 'the swarm itself' : this.#needs.pseudonymOf(record.accountId),
      modelDigest: assignment.modelDigest,
      input: goesOn
        ? { scheme: 'continue' as const, promptIds: [...(run.promptIds ?? [])], prefixIds: [...run.prefixIds] }
        : { scheme: 'plain' as const, messages: submission.messages, context: submission.context },
      sampler: assignment.sampler,
      seed: assignment.seed,
      deadlineMs: Math.max(1, Math.round(task.deadline - this.#needs.clock.monotonic())),
    };
  }
}

/** The live form of a new assignment. `now` is monotonic. */
function newRun(assignment: AssignmentRecord, offer: AcceptedOffer, answer: AnswerSoFar, now: number): LiveRun {
  return {
    assignment,
    shape: offer.candidate.model.shape,
    prefixIds: answer.ids,
    promptIds: answer.ids.length > 0 ? answer.promptIds : null,
    count: 0,
    stored: 0,
    textBytes: 0,
    lastId: null,
    head: null,
    signature: null,
    writing: Promise.resolve(),
    leaseUntil: now,
    lastChunkAt: now,
    lapsed: false,
    taken: false,
    ended: false,
    timer: null,
    stallTimer: null,
  };
}

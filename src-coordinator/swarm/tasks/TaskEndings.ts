import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { type FinishOutcome, finishTask } from '#coordinator/books/commands/finishTask.ts';
import type { SegmentJudgement } from '#coordinator/books/tasks/judgement.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { refusal } from '#coordinator/judging/runEnd.ts';
import { judgeSegments } from '#coordinator/judging/segments.ts';
import type { TaskEnd } from '#coordinator/judging/taskEnd.ts';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import { type LiveRun, type LiveTask, workRun } from './life/LiveTask.ts';
import type { RunJudge } from './runs/RunJudge.ts';
import type { RunWrites } from './runs/RunWrites.ts';
import type { TaskBirths } from './TaskBirths.ts';
import type { TaskLife } from './life/TaskLife.ts';

export interface TaskEndingNeeds {
  readonly clock: Clock;
  readonly books: Books;
  readonly queries: Pick<Queries, 'assignmentsOf' | 'task'>;
  readonly life: TaskLife;
  readonly writes: Pick<RunWrites, 'whileSealed'>;
  readonly judge: RunJudge;
  readonly channels: Pick<NodeChannels, 'notify'>;
  readonly births: Pick<TaskBirths, 'unblock'>;
}

/** Ends tasks: in the books first, then in memory. Every method is called in the task's turn. */
export class TaskEndings {
  readonly #needs: TaskEndingNeeds;

  constructor(needs: TaskEndingNeeds) {
    this.#needs = needs;
  }

  /** Ends the task as failed or expired; what arrived and was accepted is kept and paid. */
  async fail(task: LiveTask, reason: string, event: 'fail' | 'expire' = 'fail'): Promise<void> {
    await this.#whileSealed(task, async (run) => {
      const { current, provoked } = await this.#endOfCurrent(task, run);
      const tokens = await this.#acceptedTokens(task, current);
      await this.end(task, {
        event: tokens > 0 ? 'fail' : event,
        finish: null,
        partial: tokens > 0,
        quality: null,
        reason,
        current,
        stop: event === 'expire' ? 'expired' : 'superseded',
        ...(provoked && current !== null ? { promptPriceTo: current.assignmentId, onlyPromptPrice: true } : {}),
      });
    });
  }

  /** Ends the task because its requester cancels: what arrived is paid, at least the prompt once a node had it. */
  async cancel(task: LiveTask): Promise<void> {
    const isTaken = workRun(task)?.taken === true;
    await this.#whileSealed(task, async (run) => {
      const { current, provoked } = await this.#endOfCurrent(task, run);
      const tokens = await this.#acceptedTokens(task, current);
      await this.end(task, {
        event: 'cancel',
        finish: 'cancelled',
        partial: tokens > 0,
        quality: null,
        reason: 'The requester cancelled it.',
        current,
        stop: 'cancelled',
        ...(isTaken && current !== null && current.event !== 'reject' ? { promptPriceTo: current.assignmentId } : {}),
        onlyPromptPrice: provoked,
      });
    });
  }

  /**
   * Ends the task and settles its bill in one transaction, then forgets it and tells its node. The run that it still has must
   * be sealed by the caller, with `RunWrites.whileSealed`.
   */
  async end(task: LiveTask, end: TaskEnd): Promise<void> {
    const { books, queries, clock, life } = this.#needs;
    const { taskId } = task.record;
    const run = workRun(task);
    const now = clock.now();
    const segments = judgeSegments(task.record, await queries.assignmentsOf(taskId), {
      current: end.current,
      quality: end.quality,
    });
    const { event, finish, partial, quality, reason, promptPriceTo = null, onlyPromptPrice = false } = end;
    const bill = { promptPriceTo, ...(onlyPromptPrice ? { onlyPromptPrice } : {}) };
    const outcome = await books.run(
      finishTask({ taskId, event, finish, partial, quality, reason, segments, ...bill, now }),
    );
    if (run !== null && end.stop !== undefined) this.#stop(run, end.stop);
    life.end(taskId, { record: outcome.task, runEvent: end.current?.event ?? 'cancel' });
    if (outcome.kind === 'finished') this.#reachOthers(outcome);
  }

  /** Descendants ended in the same transaction, and children whose last parent this was are queued. */
  #reachOthers({ cancelledDescendants, unblocked }: Extract<FinishOutcome, { kind: 'finished' }>): void {
    const { life, births, queries } = this.#needs;
    for (const taskId of cancelledDescendants) {
      life.inTurnSoon(taskId, async () => {
        life.end(taskId, { record: (await queries.task(taskId)) ?? null, runEvent: 'cancel' });
      });
    }
    for (const taskId of unblocked) life.inTurnSoon(taskId, () => births.unblock(taskId));
  }

  /** Seals the run that the task still has, if any, until `end` has ended it. */
  async #whileSealed(task: LiveTask, end: (run: LiveRun | null) => Promise<void>): Promise<void> {
    const run = workRun(task);
    if (run === null) await end(null);
    else await this.#needs.writes.whileSealed(run.assignment.assignmentId, end);
  }

  /** How a sealed run ends together with its task. `provoked`: only the prompt is owed for its answer. */
  async #endOfCurrent(
    task: LiveTask,
    run: LiveRun | null,
  ): Promise<{ current: SegmentJudgement | null; provoked: boolean }> {
    if (run === null) return { current: null, provoked: false };
    const { judge } = this.#needs;
    const problem = await judge.problem(run);
    const finish = problem === null ? judge.storedFinish(task, run) : null;
    const judgement = finish === null ? null : await judge.judge(task, finish);
    const refused = problem !== null ? refusal(problem) : judgement?.kind === 'refused' ? judgement.end : null;
    const accepted = judgement?.kind === 'accepted' ? judgement : null;
    const current: SegmentJudgement = {
      assignmentId: run.assignment.assignmentId,
      event: refused === null ? 'cancel' : 'reject',
      finish: 'cancelled',
      accepted: refused === null && run.stored > 0,
      reason: refused?.reason ?? null,
      quality: accepted?.quality ?? null,
      evidence: failureEvidence(task, refused?.weight ?? 0),
    };
    return { current, provoked: accepted !== null && accepted.provoked !== null };
  }

  async #acceptedTokens(task: LiveTask, current: SegmentJudgement | null): Promise<number> {
    const assignments = await this.#needs.queries.assignmentsOf(task.record.taskId);
    const judged = judgeSegments(task.record, assignments, { current, quality: null });
    const accepted = new Set(judged.flatMap((each) => (each.accepted ? [each.assignmentId] : [])));
    return assignments.reduce((sum, { assignmentId, stored }) => sum + (accepted.has(assignmentId) ? stored : 0), 0);
  }

  #stop({ assignment: { nodeId, assignmentId } }: LiveRun, reason: NonNullable<TaskEnd['stop']>): void {
    this.#needs.channels.notify(nodeId, 'task:stop', { assignmentId, reason });
  }
}

/** Evidence about the node of an ended run: a failure of this weight, or none. */
export function failureEvidence(task: LiveTask, weight: number): SegmentJudgement['evidence'] {
  return weight > 0 && countsForReputation(task.record) ? { kind: 'failed', weight } : { kind: 'none' };
}

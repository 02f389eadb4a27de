import { retryLimits } from '#shared/domain/tasks/assignment.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { endAssignment } from '#coordinator/books/commands/endAssignment.ts';
import { refusal, type RunEnd } from '#coordinator/judging/runEnd.ts';
import { completionOf } from '#coordinator/judging/wholeAnswer.ts';
import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import { type CoolDown, type LiveRun, type LiveTask, workRun } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import type { RunJudge } from './RunJudge.ts';
import type { RunWrites } from './RunWrites.ts';
import { failureEvidence, type TaskEndings } from '#coordinator/swarm/tasks/TaskEndings.ts';
import type { TaskLife } from '#coordinator/swarm/tasks/life/TaskLife.ts';

/** Cool-down in milliseconds before a node that lost or handed over a task is offered it again; it grows with each failure. */
const coolDownMs = { failure: 1000, other: 250 } as const;

export interface RunEndingNeeds {
  readonly clock: Clock;
  readonly books: Books;
  readonly life: TaskLife;
  readonly writes: Pick<RunWrites, 'whileSealed'>;
  readonly judge: RunJudge;
  readonly tasks: TaskEndings;
  readonly channels: Pick<NodeChannels, 'notify'>;
}

/** Ends runs whose task continues. Every method is called in the task's turn. */
export class RunEndings {
  readonly #needs: RunEndingNeeds;

  constructor(needs: RunEndingNeeds) {
    this.#needs = needs;
  }

  /**
   * Ends the task's run: the task waits for another node, or fails when it was tried often enough. A run whose stored
   * answer turns out to be whole completes the task instead. `over` when the task is over, or is about to be.
   */
  async end(taskId: string, end: RunEnd): Promise<'goes_on' | 'over'> {
    const task = this.#needs.life.get(taskId);
    if (task === undefined) return 'over';
    const assignmentId = workRun(task)?.assignment.assignmentId;
    if (assignmentId === undefined) return 'goes_on';
    return this.#needs.writes.whileSealed(assignmentId, async (run) =>
      run === null ? 'goes_on' : this.#endSealed(task, run, end),
    );
  }

  /** Fails a task that was tried often enough, in a later turn that is retried until the end is stored. */
  giveUp(taskId: string): void {
    const { life, tasks } = this.#needs;
    life.inTurnSoon(taskId, async () => {
      const task = life.get(taskId);
      if (task === undefined) return;
      await tasks.fail(task, `It was tried ${task.record.assignments} times without success.`);
    });
  }

  async #endSealed(task: LiveTask, run: LiveRun, end: RunEnd): Promise<'goes_on' | 'over'> {
    const problem = await this.#needs.judge.problem(run);
    const proposed = problem === null ? end : refusal(problem);
    const finish = proposed.event === 'reject' ? null : this.#needs.judge.storedFinish(task, run);
    if (finish === null) return this.#endRun(task, run, proposed);
    const judgement = await this.#needs.judge.judge(task, finish);
    if (judgement.kind === 'refused') return this.#endRun(task, run, judgement.end);
    const completion = completionOf(run.assignment.assignmentId, judgement, { finish, evidence: { kind: 'none' } });
    await this.#needs.tasks.end(task, { ...completion, stop: 'superseded' });
    return 'over';
  }

  async #endRun(task: LiveTask, run: LiveRun, end: RunEnd): Promise<'goes_on' | 'over'> {
    const { life, clock } = this.#needs;
    const { taskId } = task.record;
    const { assignmentId, nodeId } = run.assignment;
    const record = await this.#store(task, run, end);
    const now = clock.monotonic();
    const pauseMs = end.failure ? coolDownMs.failure * (task.record.failures + 1) : coolDownMs.other;
    const coolDown: CoolDown = { at: now, until: now + pauseMs };
    if (end.event !== 'hand_over') {
      this.#needs.channels.notify(nodeId, 'task:stop', { assignmentId, reason: 'superseded' });
    }
    const after = life.send(taskId, { type: 'run_ended', assignmentId, end, record, coolDown });
    if (after === undefined) return 'over';
    if (mayBeRetried(after)) return 'goes_on';
    this.giveUp(taskId);
    return 'over';
  }

  /** The task after the end; null when the books knew of the end before. */
  async #store(task: LiveTask, run: LiveRun, end: RunEnd): Promise<LiveTask['record'] | null> {
    const { assignmentId } = run.assignment;
    const outcome = await this.#needs.books.run(
      endAssignment({
        assignmentId,
        event: end.event,
        finish: end.finish,
        reason: end.reason,
        failure: end.failure,
        next: end.event === 'reject' ? 'start_over' : 'requeue',
        evidence: failureEvidence(task, end.weight),
        now: this.#needs.clock.now(),
      }),
    );
    return outcome.kind === 'ended' ? outcome.task : null;
  }
}

/** False after three failures or eight assignments (rules 4.12). */
export function mayBeRetried({ record }: LiveTask): boolean {
  return record.failures < retryLimits.failures && record.assignments < retryLimits.assignments;
}

import { type Finish, retryLimits } from '#shared/domain/tasks/assignment.ts';
import { countsForReputation } from '#shared/domain/swarm/reputation.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { SignedClaim } from '#node/keys.ts';
import type { CodeParser } from '#coordinator/judging/quality/CodeParser.ts';
import { codeOf } from '#coordinator/judging/quality/codeOf.ts';
import type { LiveRun, LiveTask } from './LiveTask.ts';
import { templateTokens } from './OpenTasks.ts';
import type { SegmentJudgement } from '#coordinator/books/CoordinatorStore.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import { segmentProblem } from '#coordinator/judging/checks/checkResult.ts';
import { badSignature, refusal, type RunEnd } from '#coordinator/judging/runEnd.ts';
import { type CurrentEnd, judgeSegments } from '#coordinator/judging/segments.ts';
import { type CloserNeeds, keepingOpen, TaskCloser, type TaskEnd } from './TaskCloser.ts';
import { completionOf, judgeWhole, storedFinish, type WholeVerdict } from '#coordinator/judging/wholeAnswer.ts';

/** Pauses before a node that lost or gave back a task is asked for it again; they grow with each failure. */
const pauseAfterEnd = { failureMs: 1000, otherMs: 250 } as const;

export interface EndingNeeds extends CloserNeeds {
  readonly logger: Logger;
  /** Checks a signature, off the event loop. */
  readonly verify: (claim: SignedClaim) => Promise<boolean>;
  readonly parser: CodeParser;
  readonly enqueue: (task: LiveTask) => void;
}

/** Closes runs and tasks. Every method is called in the task's turn. */
export class Endings {
  readonly #needs: EndingNeeds;
  readonly #closer: TaskCloser;

  constructor(needs: EndingNeeds) {
    this.#needs = needs;
    this.#closer = new TaskCloser(needs);
  }

  /** Ends the task and settles its bill in one transaction, then tells everybody. */
  finish(task: LiveTask, end: TaskEnd): Promise<void> {
    return this.#closer.finish(task, end);
  }

  /** True when the last stored chunk is signed by its node: then so is everything before it. */
  async isSigned(run: LiveRun): Promise<boolean> {
    if (run.count === 0) return true;
    const node = this.#needs.store.node(run.assignment.nodeId);
    if (node === undefined || run.head === null || run.signature === null) return false;
    return this.#needs.verify({
      purpose: 'chunk',
      value: { assignmentId: run.assignment.assignmentId, count: run.count, chain: run.head },
      signature: run.signature,
      publicKey: node.nodeKey,
    });
  }

  /** Judges the stored answer of a task, which is whole. */
  async judge(task: LiveTask, finish: Finish): Promise<WholeVerdict> {
    const { text } = this.#needs.store.answerFrom(task.record.taskId, task.record.attempt, 0);
    const answer = { text, finish };
    return judgeWhole(task, answer, await this.#needs.parser.parses(codeOf(task.submission, answer)));
  }

  /** Ends the run; the task waits for another node, or fails when it was tried often enough. */
  async leaveRun(task: LiveTask, end: RunEnd): Promise<void> {
    if ((await this.closeRun(task, end)) === 'goes_on') this.#needs.enqueue(task);
  }

  /** Ends the run without queueing the task: `over` when this was its last try. */
  async closeRun(task: LiveTask, end: RunEnd): Promise<'goes_on' | 'over'> {
    const { run } = task;
    if (run === null) return task.phase === 'over' ? 'over' : 'goes_on';
    const problem = await this.#seal(run);
    const { assignment } = run;
    let final = problem === null ? end : refusal(problem);
    const finish = final.event === 'reject' ? null : storedFinish(task, run);
    if (finish !== null) {
      const verdict = await this.judge(task, finish);
      if (verdict.kind === 'taken') {
        await this.#completeStored(task, assignment.assignmentId, { verdict, finish });
        return 'over';
      }
      final = verdict.end;
    }
    const outcome = await keepingOpen(run, () =>
      this.#needs.store.endAssignment({
        assignmentId: assignment.assignmentId,
        event: final.event,
        finish: final.finish,
        reason: final.reason,
        failure: final.failure,
        next: final.event === 'reject' ? 'start_over' : 'requeue',
        evidence: this.#evidence(task, final.weight),
        now: this.#needs.clock.now(),
      }),
    );
    this.#dropRun(task, run, final);
    if (outcome.kind === 'ended') this.#goOn(task, run, { record: outcome.task, end: final });
    this.#needs.onAssignmentOver(assignment, final.event, { tokens: run.stored, type: task.record.type });
    if (task.record.failures < retryLimits.failures && task.record.assignments < retryLimits.assignments)
      return 'goes_on';
    await this.fail(task, `It was tried ${task.record.assignments} times without success.`);
    return 'over';
  }

  /** Ends the task as failed; what arrived and was accepted is kept and paid. */
  async fail(task: LiveTask, reason: string, event: 'fail' | 'expire' = 'fail'): Promise<void> {
    const { current, provoked } = await this.#sealCurrent(task);
    const tokens = this.#acceptedTokens(task, current);
    await this.#closer.finish(task, {
      event: tokens > 0 ? 'fail' : event,
      finish: null,
      partial: tokens > 0,
      quality: null,
      reason,
      current,
      stop: event === 'expire' ? 'expired' : 'superseded',
      ...(provoked && current !== null ? { promptPriceTo: current.assignmentId, onlyPromptPrice: true } : {}),
    });
  }

  /** Ends the task because its requester says so: what arrived is paid, at least the prompt once a node had it. */
  async cancel(task: LiveTask): Promise<void> {
    const assigned = task.run?.taken === true ? task.run.assignment.assignmentId : undefined;
    const { current, provoked } = await this.#sealCurrent(task);
    const tokens = this.#acceptedTokens(task, current);
    await this.#closer.finish(task, {
      event: 'cancel',
      finish: 'cancelled',
      partial: tokens > 0,
      quality: null,
      reason: 'Cancelled by its requester.',
      current,
      stop: 'cancelled',
      ...(assigned === undefined || current?.event === 'reject' ? {} : { promptPriceTo: assigned }),
      onlyPromptPrice: provoked,
    });
  }

  /** What arrived was the whole answer: its node was lost before it could say so. */
  async #completeStored(
    task: LiveTask,
    assignmentId: string,
    { verdict, finish }: { verdict: Extract<WholeVerdict, { kind: 'taken' }>; finish: Finish },
  ): Promise<void> {
    const end = completionOf(assignmentId, verdict, { finish, evidence: { kind: 'none' } });
    await this.#closer.finish(task, { ...end, stop: 'superseded' });
  }

  /** Takes nothing more in, waits for what is being written, and says what forbids paying for it (rules 5.1), or null. */
  async #seal(run: LiveRun): Promise<string | null> {
    run.ended = true;
    await run.writing;
    const problem = segmentProblem({ count: run.stored, textBytes: run.textBytes });
    return problem ?? ((await this.isSigned(run)) ? null : badSignature);
  }

  /** Seals a run that ends together with its task. `provoked`: only the prompt is owed for its answer. */
  async #sealCurrent(task: LiveTask): Promise<{ current: CurrentEnd | null; provoked: boolean }> {
    const { run } = task;
    if (run === null) return { current: null, provoked: false };
    const problem = await this.#seal(run);
    const finish = problem === null ? storedFinish(task, run) : null;
    const verdict = finish === null ? null : await this.judge(task, finish);
    const refused = problem !== null ? refusal(problem) : verdict?.kind === 'refused' ? verdict.end : null;
    const taken = verdict?.kind === 'taken' ? verdict : null;
    const current: CurrentEnd = {
      assignmentId: run.assignment.assignmentId,
      event: refused === null ? 'cancel' : 'reject',
      finish: 'cancelled',
      accepted: refused === null && run.stored > 0,
      reason: refused?.reason ?? null,
      quality: taken?.quality ?? null,
      evidence: this.#evidence(task, refused?.weight ?? 0),
    };
    return { current, provoked: taken !== null && taken.provoked !== null };
  }

  #acceptedTokens(task: LiveTask, current: CurrentEnd | null): number {
    const { store } = this.#needs;
    const judged = judgeSegments(task.record, store.assignmentsOf(task.record.taskId), {
      current,
      quality: null,
      now: 0,
    });
    return judged
      .filter(({ accepted }) => accepted)
      .reduce((sum, { assignmentId }) => sum + (store.assignment(assignmentId)?.stored ?? 0), 0);
  }

  #dropRun(task: LiveTask, run: LiveRun, end: RunEnd): void {
    const { nodes, clock } = this.#needs;
    const { nodeId, modelDigest, assignmentId } = run.assignment;
    this.#needs.open.endRun(task);
    if (end.failure) task.failedBy.add(nodeId);
    const pause = end.failure ? pauseAfterEnd.failureMs * (task.record.failures + 1) : pauseAfterEnd.otherMs;
    const now = clock.monotonic();
    task.coolDown.set(nodeId, { at: now, until: now + pause, times: 0 });
    if (end.event === 'reject' && end.weight > 0) task.refusedBy.add(nodeId);
    if (end.event !== 'hand_over') {
      nodes.get(nodeId)?.session.notify('task:stop', { assignmentId, reason: 'superseded' });
    }
    // Others in the queue are served once this task stands in it again.
    if (nodes.release(nodeId, modelDigest, assignmentId)) clock.setTimer(0, () => this.#needs.nodeFreed(nodeId));
  }

  /** What the next node starts from. */
  #goOn(task: LiveTask, run: LiveRun, { record, end }: { record: TaskRecord; end: RunEnd }): void {
    task.record = record;
    if (end.odd === true) task.oddBefore = true;
    if (end.event === 'reject') {
      task.fixedDigest = null;
      task.promptIds = null;
      task.neededContext = record.promptBytes + templateTokens + record.maxTokens;
    } else if (run.stored > 0 && run.promptIds !== null) {
      task.fixedDigest = run.assignment.modelDigest;
      task.promptIds = run.promptIds;
      task.neededContext = run.promptIds.length + record.maxTokens;
    }
  }

  #evidence(task: LiveTask, weight: number): SegmentJudgement['evidence'] {
    return weight > 0 && countsForReputation(task.record) ? { kind: 'failed', weight } : { kind: 'none' };
  }
}

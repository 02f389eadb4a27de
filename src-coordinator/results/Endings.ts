import { type Finish, retryLimits } from '#shared/domain/assignment.ts';
import { countsForReputation } from '#shared/domain/reputation.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { SignedClaim } from '#node/keys.ts';
import type { LiveRun, LiveTask } from '#coordinator/queue/LiveTask.ts';
import { templateTokens } from '#coordinator/queue/OpenTasks.ts';
import type { SegmentJudgement } from '#coordinator/store/CoordinatorStore.ts';
import type { TaskRecord } from '#coordinator/store/records.ts';
import { type CurrentEnd, judgeSegments } from './segments.ts';
import { type CloserNeeds, keepingOpen, TaskCloser, type TaskEnd } from './TaskCloser.ts';

/** Pauses before a node that lost or gave back a task is asked for it again; they grow with each failure. */
const pauseAfterEnd = { failureMs: 1000, otherMs: 250 } as const;

export interface EndingNeeds extends CloserNeeds {
  readonly logger: Logger;
  /** Checks a signature, off the event loop. */
  readonly verify: (claim: SignedClaim) => Promise<boolean>;
  readonly enqueue: (task: LiveTask) => void;
}

/** How a run ends while its task goes on. */
export interface RunEnd {
  readonly event: 'lose' | 'hand_over' | 'reject';
  readonly finish: Finish | null;
  readonly reason: string | null;
  readonly failure: boolean;
  /** Weight of the failure for the node's reputation; 0 for none. */
  readonly weight: number;
  /** An answer that is refused without blame, since the request may have provoked it. */
  readonly startOver?: boolean;
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

  /** Takes nothing more in, waits for what is being written, and checks the signature over all of it. */
  async seal(run: LiveRun): Promise<boolean> {
    run.ended = true;
    await run.writing;
    return this.isSigned(run);
  }

  /** Ends the run; the task waits for another node, or fails when it was tried often enough. */
  async leaveRun(task: LiveTask, end: RunEnd): Promise<void> {
    if ((await this.closeRun(task, end)) === 'goes_on') this.#needs.enqueue(task);
  }

  /** Ends the run without queueing the task: `over` when this was its last try. */
  async closeRun(task: LiveTask, end: RunEnd): Promise<'goes_on' | 'over'> {
    const { run } = task;
    if (run === null) return task.phase === 'over' ? 'over' : 'goes_on';
    const signed = await this.seal(run);
    const final: RunEnd = signed ? end : badSignature;
    const { assignment } = run;
    if (final.event !== 'reject' && isWhole(task, run)) {
      await this.#completeStored(task, run);
      return 'over';
    }
    const outcome = await keepingOpen(run, () =>
      this.#needs.store.endAssignment({
        assignmentId: assignment.assignmentId,
        event: final.event,
        finish: final.finish,
        reason: final.reason,
        failure: final.failure,
        next: final.event === 'reject' || final.startOver === true ? 'start_over' : 'requeue',
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
    const current = await this.#sealCurrent(task);
    const tokens = this.#acceptedTokens(task, current);
    await this.#closer.finish(task, {
      event: tokens > 0 ? 'fail' : event,
      finish: null,
      partial: tokens > 0,
      quality: null,
      reason,
      current,
      stop: event === 'expire' ? 'expired' : 'superseded',
    });
  }

  /** Ends the task because its requester says so: what arrived is paid, at least the prompt once a node had it. */
  async cancel(task: LiveTask): Promise<void> {
    const assigned = task.run?.taken === true ? task.run.assignment.assignmentId : undefined;
    const current = await this.#sealCurrent(task);
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
    });
  }

  /** What arrived was the whole answer: its node was lost before it could say so. */
  async #completeStored(task: LiveTask, run: LiveRun): Promise<void> {
    const finish = run.lastId !== null && run.shape.eogIds.includes(run.lastId) ? 'eog' : 'length';
    await this.#closer.finish(task, {
      event: 'complete',
      finish,
      partial: false,
      quality: null,
      reason: null,
      current: {
        assignmentId: run.assignment.assignmentId,
        event: 'accept',
        finish,
        accepted: true,
        reason: null,
        quality: null,
        evidence: { kind: 'none' },
      },
      stop: 'superseded',
    });
  }

  /** Seals a run that ends together with its task. */
  async #sealCurrent(task: LiveTask): Promise<CurrentEnd | null> {
    const { run } = task;
    if (run === null) return null;
    const signed = await this.seal(run);
    return {
      assignmentId: run.assignment.assignmentId,
      event: signed ? 'cancel' : 'reject',
      finish: 'cancelled',
      accepted: signed && run.stored > 0,
      reason: signed ? null : badSignature.reason,
      quality: null,
      evidence: signed ? { kind: 'none' } : this.#evidence(task, badSignature.weight),
    };
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
    if (end.event === 'reject' || end.startOver === true) {
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

/** True when nothing is missing: the model ended it, or the limit is reached. */
function isWhole(task: LiveTask, run: LiveRun): boolean {
  if (run.stored === 0) return false;
  const ended = run.lastId !== null && run.shape.eogIds.includes(run.lastId);
  return ended || run.assignment.startIndex + run.stored >= task.record.maxTokens;
}

const badSignature: RunEnd = {
  event: 'reject',
  finish: null,
  reason: 'The signature over its chunks does not fit.',
  failure: true,
  weight: 2,
};

import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import { type LiveRun, type LiveTask, stepSoon } from './LiveTask.ts';
import type { OpenTasks } from './OpenTasks.ts';
import type { Endings } from './Endings.ts';

/** A lease is this long, renewed every second; after a restart or a clock jump it is long once (rules 4.11). */
export const leaseTimes = { leaseMs: 3000, renewMs: 1000, graceMs: 15_000, stallMs: 10_000 } as const;

export interface LeaseNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly open: OpenTasks;
  readonly endings: Pick<Endings, 'leaveRun'>;
  readonly enqueue: (task: LiveTask) => void;
  readonly withdraw: (task: LiveTask) => void;
}

/** Leases of running assignments. Renewals are one number in memory; timers look again when they were renewed. */
export class Leases {
  readonly #needs: LeaseNeeds;

  constructor(needs: LeaseNeeds) {
    this.#needs = needs;
  }

  /** Grants the first lease of a run, and begins to watch that chunks arrive. */
  grant(task: LiveTask, run: LiveRun, leaseMs: number = leaseTimes.leaseMs): void {
    const now = this.#needs.clock.monotonic();
    run.leaseUntil = now + leaseMs;
    run.lastChunkAt = now + (leaseMs - leaseTimes.leaseMs);
    this.#watchLease(task, run);
    this.#watchStall(task, run);
  }

  /** The node is alive and still works on it. False when the run is not its own any more. */
  renew(nodeId: string, assignmentId: string): boolean {
    const found = this.#needs.open.run(assignmentId);
    if (found === undefined || found.run.ended || found.run.assignment.nodeId !== nodeId) return false;
    const { task, run } = found;
    run.taken = true;
    run.leaseUntil = Math.max(run.leaseUntil, this.#needs.clock.monotonic() + leaseTimes.leaseMs);
    if (run.lapsed) this.#revive(task, run);
    return true;
  }

  /** The node's link is gone: its tasks may go elsewhere at once. */
  lapseAll(nodeId: string): void {
    for (const { task, run } of this.#needs.open.runsOf(nodeId)) this.#lapse(task, run);
  }

  /** This process slept or a clock moved: nothing that seems over is believed for a while. */
  graceForAll(): void {
    const until = this.#needs.clock.monotonic() + leaseTimes.graceMs;
    for (const task of this.#needs.open.all()) {
      if (task.run === null) continue;
      task.run.leaseUntil = Math.max(task.run.leaseUntil, until);
      task.run.lastChunkAt = Math.max(task.run.lastChunkAt, until);
    }
  }

  #watchLease(task: LiveTask, run: LiveRun): void {
    run.timer?.cancel();
    const left = run.leaseUntil - this.#needs.clock.monotonic();
    run.timer = this.#needs.clock.setTimer(Math.max(1, Math.ceil(left)), () => {
      run.timer = null;
      if (run.ended) return;
      if (run.leaseUntil > this.#needs.clock.monotonic()) this.#watchLease(task, run);
      else this.#lapse(task, run);
    });
  }

  /** Another node may take the task now; until one does, this one's chunks are still welcome. */
  #lapse(task: LiveTask, run: LiveRun): void {
    if (run.ended || run.lapsed) return;
    run.lapsed = true;
    if (run.stored > 0) task.fixedDigest = run.assignment.modelDigest;
    this.#needs.logger.info('A lease is over', { task_id: task.record.taskId, node_id: run.assignment.nodeId });
    this.#needs.enqueue(task);
  }

  #revive(task: LiveTask, run: LiveRun): void {
    run.lapsed = false;
    this.#needs.withdraw(task);
    task.phase = 'running';
    this.#watchLease(task, run);
  }

  /** No chunk for max(10 s, twice the promised time) is a failure. */
  #watchStall(task: LiveTask, run: LiveRun): void {
    run.stallTimer?.cancel();
    const patience = Math.max(leaseTimes.stallMs, 2 * run.assignment.estimateMs);
    const left = run.lastChunkAt + patience - this.#needs.clock.monotonic();
    run.stallTimer = this.#needs.clock.setTimer(Math.max(1, Math.ceil(left)), () => {
      run.stallTimer = null;
      if (run.ended) return;
      if (run.lastChunkAt + patience > this.#needs.clock.monotonic()) this.#watchStall(task, run);
      else this.#giveUpOn(task, run);
    });
  }

  #giveUpOn(task: LiveTask, run: LiveRun): void {
    stepSoon(task, this.#needs, async () => {
      if (task.run !== run) return;
      await this.#needs.endings.leaveRun(task, {
        event: 'lose',
        finish: null,
        reason: 'Nothing came for too long.',
        failure: true,
        weight: 1,
      });
    });
  }
}

import type { Clock, Timer } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { LiveRun } from './life/LiveTask.ts';
import type { TaskLife } from './life/TaskLife.ts';

/** Milliseconds. A lease is renewed every second; after a restart or a clock jump it gets the grace once (rules 4.11). */
export const leaseTimes = { leaseMs: 3000, renewMs: 1000, graceMs: 15_000, stallMs: 10_000 } as const;

export interface LeaseNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly life: TaskLife;
  /** No chunk of this run has arrived for too long. */
  readonly onStalled: (taskId: string, assignmentId: string) => void;
}

interface Lease {
  readonly taskId: string;
  readonly nodeId: string;
  /** How long a run may go without a chunk: max(10 s, twice the promised time). */
  readonly patienceMs: number;
  /** Monotonic milliseconds. */
  until: number;
  lastChunkAt: number;
  expiry: Timer | null;
  stall: Timer | null;
}

/**
 * Leases of running assignments, in memory only. A renewal only changes a number; the timers check it when they fire. A lapsed
 * lease permits another node to take the task, and no more: until one does, this node's chunks are still accepted.
 */
export class Leases {
  readonly #needs: LeaseNeeds;
  readonly #leases = new Map<string, Lease>();

  constructor(needs: LeaseNeeds) {
    this.#needs = needs;
  }

  /** Grants the first lease of a run, and starts to watch that chunks arrive. */
  grant({ assignment }: LiveRun, leaseMs: number = leaseTimes.leaseMs): void {
    const { assignmentId, taskId, nodeId, estimateMs } = assignment;
    const now = this.#needs.clock.monotonic();
    const lease: Lease = {
      taskId,
      nodeId,
      patienceMs: Math.max(leaseTimes.stallMs, 2 * estimateMs),
      until: now + leaseMs,
      lastChunkAt: now + (leaseMs - leaseTimes.leaseMs),
      expiry: null,
      stall: null,
    };
    this.end(assignmentId);
    this.#leases.set(assignmentId, lease);
    this.#watchExpiry(assignmentId, lease);
    this.#watchStall(assignmentId, lease);
  }

  /** The node is alive and still works on it. False when the run is over, its end is being written, or it is not its own. */
  renew(nodeId: string, assignmentId: string): boolean {
    const lease = this.#leases.get(assignmentId);
    const run = this.#needs.life.run(assignmentId)?.run;
    if (lease === undefined || run === undefined || lease.nodeId !== nodeId) return false;
    lease.until = Math.max(lease.until, this.#needs.clock.monotonic() + leaseTimes.leaseMs);
    if (run.sealed) return false;
    if (!run.taken) this.#needs.life.sendRun(assignmentId, { type: 'taken' });
    if (run.lapsed) {
      this.#needs.life.sendRun(assignmentId, { type: 'revived' });
      this.#watchExpiry(assignmentId, lease);
    }
    return true;
  }

  /** A chunk of the run arrived. */
  chunkArrived(assignmentId: string): void {
    const lease = this.#leases.get(assignmentId);
    if (lease !== undefined) lease.lastChunkAt = this.#needs.clock.monotonic();
  }

  /** The run is over. */
  end(assignmentId: string): void {
    const lease = this.#leases.get(assignmentId);
    lease?.expiry?.cancel();
    lease?.stall?.cancel();
    this.#leases.delete(assignmentId);
  }

  /** The node's session ended: its tasks may go elsewhere at once. */
  lapseAll(nodeId: string): void {
    for (const { run } of this.#needs.life.runsOf(nodeId)) this.#lapse(run.assignment.assignmentId);
  }

  /** This process slept or a clock moved: no lease or stall counts as over for the grace period. */
  graceForAll(): void {
    const until = this.#needs.clock.monotonic() + leaseTimes.graceMs;
    for (const lease of this.#leases.values()) {
      lease.until = Math.max(lease.until, until);
      lease.lastChunkAt = Math.max(lease.lastChunkAt, until);
    }
  }

  #watchExpiry(assignmentId: string, lease: Lease): void {
    lease.expiry?.cancel();
    const left = lease.until - this.#needs.clock.monotonic();
    lease.expiry = this.#needs.clock.setTimer(Math.max(1, Math.ceil(left)), () => {
      lease.expiry = null;
      if (lease.until > this.#needs.clock.monotonic()) this.#watchExpiry(assignmentId, lease);
      else this.#lapse(assignmentId);
    });
  }

  #lapse(assignmentId: string): void {
    const { life, logger, clock } = this.#needs;
    const run = life.run(assignmentId)?.run;
    const lease = this.#leases.get(assignmentId);
    if (run === undefined || lease === undefined || run.lapsed) return;
    if (run.sealed) {
      // The end that is being written may fail: then this run must not be without a lease that can lapse.
      lease.until = clock.monotonic() + leaseTimes.renewMs;
      this.#watchExpiry(assignmentId, lease);
      return;
    }
    logger.info('A lease lapsed', { task_id: run.assignment.taskId, node_id: run.assignment.nodeId });
    life.sendRun(assignmentId, { type: 'lapsed' });
  }

  #watchStall(assignmentId: string, lease: Lease): void {
    lease.stall?.cancel();
    const left = lease.lastChunkAt + lease.patienceMs - this.#needs.clock.monotonic();
    lease.stall = this.#needs.clock.setTimer(Math.max(1, Math.ceil(left)), () => {
      lease.stall = null;
      if (lease.lastChunkAt + lease.patienceMs > this.#needs.clock.monotonic()) this.#watchStall(assignmentId, lease);
      else this.#needs.onStalled(lease.taskId, assignmentId);
    });
  }
}

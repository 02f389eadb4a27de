import type { Submission } from '#shared/domain/tasks/task.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import { AccountShares } from '#coordinator/swarm/intake/AccountShares.ts';
import type { LiveRun, LiveTask } from './LiveTask.ts';

/** Bytes of template that a prompt may grow by, in tokens (rules 4.5). */
export const templateTokens = 64;

/** Every task that is not over, and the runs of their assignments. */
export class OpenTasks {
  /** By account; submissions that are being stored may be added. */
  readonly shares = new AccountShares();
  readonly #tasks = new Map<string, LiveTask>();
  readonly #runs = new Map<string, { task: LiveTask; run: LiveRun }>();
  readonly #runsOfNode = new Map<string, Set<string>>();

  get(taskId: string): LiveTask | undefined {
    return this.#tasks.get(taskId);
  }

  all(): Iterable<LiveTask> {
    return this.#tasks.values();
  }

  get size(): number {
    return this.#tasks.size;
  }

  get running(): number {
    return this.#runs.size;
  }

  add(task: LiveTask): void {
    this.#tasks.set(task.record.taskId, task);
    this.shares.take(task.record.accountId, task.record.promptBytes);
  }

  /** Forgets an ended task and takes its timers back. */
  remove(task: LiveTask): void {
    task.phase = 'over';
    task.deadlineTimer?.cancel();
    task.retryTimer?.cancel();
    if (task.run !== null) this.endRun(task);
    const { taskId, accountId, promptBytes } = task.record;
    if (this.#tasks.delete(taskId)) this.shares.giveBack(accountId, promptBytes);
  }

  run(assignmentId: string): { task: LiveTask; run: LiveRun } | undefined {
    return this.#runs.get(assignmentId);
  }

  runsOf(nodeId: string): { task: LiveTask; run: LiveRun }[] {
    return [...(this.#runsOfNode.get(nodeId) ?? [])].flatMap((id) => this.#runs.get(id) ?? []);
  }

  startRun(task: LiveTask, run: LiveRun): void {
    const { assignmentId, nodeId } = run.assignment;
    task.run = run;
    this.#runs.set(assignmentId, { task, run });
    const ofNode = this.#runsOfNode.get(nodeId) ?? new Set<string>();
    ofNode.add(assignmentId);
    this.#runsOfNode.set(nodeId, ofNode);
  }

  /** Forgets the task's run and takes its timers back. */
  endRun(task: LiveTask): void {
    const { run } = task;
    if (run === null) return;
    run.ended = true;
    run.timer?.cancel();
    run.stallTimer?.cancel();
    task.run = null;
    const { assignmentId, nodeId } = run.assignment;
    this.#runs.delete(assignmentId);
    const ofNode = this.#runsOfNode.get(nodeId);
    ofNode?.delete(assignmentId);
    if (ofNode?.size === 0) this.#runsOfNode.delete(nodeId);
  }
}

/** The live form of a stored task. `now` and `deadline` are monotonic. */
export function createLiveTask(
  record: TaskRecord,
  submission: Submission,
  times: { readonly now: number; readonly deadline: number },
): LiveTask {
  return {
    record,
    submission,
    deadline: times.deadline,
    acceptedAt: times.now,
    phase: record.status === 'blocked' ? 'blocked' : 'waiting',
    fixedDigest: null,
    promptIds: null,
    neededContext: record.promptBytes + templateTokens + record.maxTokens,
    failedBy: new Set(),
    refusedBy: new Set(),
    coolDown: new Map(),
    run: null,
    oddBefore: false,
    waitReason: null,
    deadlineTimer: null,
    retryTimer: null,
    turn: Promise.resolve(),
  };
}

import type { AssignmentEvent } from '#shared/domain/tasks/assignment.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { LiveRun, LiveTask } from './LiveTask.ts';
import { type LiveTaskEvent, nextTask } from './taskTransition.ts';
import type { RunEvent } from './runTransition.ts';

/** A step that failed for a reason outside of the task, such as a full disk, is retried after this long. */
const retryStepMs = 1000;

/** One change of a live task, for the rooms that react to it. */
export type LifeChange =
  | { readonly type: 'adopted'; readonly after: LiveTask }
  | { readonly type: 'changed'; readonly event: LiveTaskEvent; readonly before: LiveTask; readonly after: LiveTask }
  /** The task is over; `before` is its last live state. */
  | { readonly type: 'ended'; readonly before: LiveTask; readonly how: HowEnded };

/** How a task left this process. */
export interface HowEnded {
  /** As it was stored; null when the process stops. */
  readonly record: TaskRecord | null;
  /** How the runs ended that it still had. */
  readonly runEvent: AssignmentEvent;
}

/** A run with the task that it belongs to, both as they are now. */
export interface RunOfTask {
  readonly task: LiveTask;
  readonly run: LiveRun;
}

/**
 * The tasks that are not over, and the only writer of their live state. Other rooms send it events and read snapshots;
 * what follows from a change is connected in `reactions.ts`. Steps that await something run one after the other per task.
 */
export class TaskLife {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tasks = new Map<string, LiveTask>();
  readonly #taskOfRun = new Map<string, string>();
  readonly #runsOfNode = new Map<string, Set<string>>();
  readonly #turns = new Map<string, Promise<void>>();
  readonly #listeners: ((change: LifeChange) => void)[] = [];

  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Calls back after each change, in the order of registration, before `send` returns. */
  onChange(listener: (change: LifeChange) => void): void {
    this.#listeners.push(listener);
  }

  /** The task as it is now; undefined once it is over. */
  get(taskId: string): LiveTask | undefined {
    return this.#tasks.get(taskId);
  }

  all(): Iterable<LiveTask> {
    return this.#tasks.values();
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Runs of all tasks. */
  get running(): number {
    return this.#taskOfRun.size;
  }

  run(assignmentId: string): RunOfTask | undefined {
    const task = this.#tasks.get(this.#taskOfRun.get(assignmentId) ?? '');
    const run = task?.runs.get(assignmentId);
    return task === undefined || run === undefined ? undefined : { task, run };
  }

  runsOf(nodeId: string): RunOfTask[] {
    return [...(this.#runsOfNode.get(nodeId) ?? [])].flatMap((assignmentId) => this.run(assignmentId) ?? []);
  }

  /** Takes in a stored task, with the runs that go on after a restart. */
  adopt(task: LiveTask): void {
    const { taskId } = task.record;
    this.#tasks.set(taskId, task);
    for (const run of task.runs.values()) this.#indexRun(taskId, run);
    this.#tell({ type: 'adopted', after: task });
  }

  /** Applies an event and returns the task after it; undefined when the task is over. */
  send(taskId: string, event: LiveTaskEvent): LiveTask | undefined {
    const before = this.#tasks.get(taskId);
    if (before === undefined) return undefined;
    const after = nextTask(before, event);
    if (after === before) return before;
    this.#tasks.set(taskId, after);
    if (event.type === 'run_started') this.#indexRun(taskId, event.run);
    if (event.type === 'run_ended') this.#unindexRun(before.runs.get(event.assignmentId));
    this.#tell({ type: 'changed', event, before, after });
    return this.#tasks.get(taskId);
  }

  /** The same for an event of one run. Returns the run after it. */
  sendRun(assignmentId: string, change: RunEvent): LiveRun | undefined {
    const taskId = this.#taskOfRun.get(assignmentId);
    if (taskId === undefined) return undefined;
    return this.send(taskId, { type: 'run_changed', assignmentId, change })?.runs.get(assignmentId);
  }

  /** Forgets a task that is over, with its runs. Does nothing when it was forgotten before. */
  end(taskId: string, how: HowEnded): void {
    const before = this.#tasks.get(taskId);
    if (before === undefined) return;
    this.#tasks.delete(taskId);
    for (const run of before.runs.values()) this.#unindexRun(run);
    this.#tell({ type: 'ended', before, how });
  }

  /** Runs the steps of one task one after the other. A step that throws does not stop the next one. */
  inTurn<T>(taskId: string, step: () => Promise<T>): Promise<T> {
    const result = (this.#turns.get(taskId) ?? Promise.resolve()).then(step);
    const turn = result.then(
      () => undefined,
      () => undefined,
    );
    this.#turns.set(taskId, turn);
    void turn.then(() => {
      if (this.#turns.get(taskId) === turn) this.#turns.delete(taskId);
    });
    return result;
  }

  /** Runs a step in turn that nobody waits for, unless the task is over by then. A failed step is logged and retried. */
  inTurnSoon(taskId: string, step: () => Promise<unknown>): void {
    this.inTurn(taskId, async () => {
      if (this.#tasks.has(taskId)) await step();
    }).catch((error: unknown) => {
      this.#logger.error('A step of a task failed', { task_id: taskId, error: String(error) });
      this.#clock.setTimer(retryStepMs, () => this.inTurnSoon(taskId, step));
    });
  }

  /** Resolves when no step is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#turns.values());
  }

  #tell(change: LifeChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #indexRun(taskId: string, { assignment: { assignmentId, nodeId } }: LiveRun): void {
    this.#taskOfRun.set(assignmentId, taskId);
    const ofNode = this.#runsOfNode.get(nodeId) ?? new Set<string>();
    this.#runsOfNode.set(nodeId, ofNode.add(assignmentId));
  }

  #unindexRun(run: LiveRun | undefined): void {
    if (run === undefined) return;
    const { assignmentId, nodeId } = run.assignment;
    this.#taskOfRun.delete(assignmentId);
    const ofNode = this.#runsOfNode.get(nodeId);
    ofNode?.delete(assignmentId);
    if (ofNode?.size === 0) this.#runsOfNode.delete(nodeId);
  }
}

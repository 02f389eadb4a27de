import type { Priority } from '#shared/domain/tasks/task.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { LiveTask } from '#coordinator/swarm/tasks/LiveTask.ts';

/** Highest first. */
const priorities: readonly Priority[] = ['critical', 'high', 'medium', 'low'];

/** Tasks of one bucket that are looked at when a slot becomes free, so that its cost does not grow with the queue. */
const lookAhead = 64;

type Bucket = ReadonlyMap<Priority, Map<string, LiveTask>>;

/** What a node with a free slot can serve. */
export interface Servable {
  readonly nodeId: string;
  readonly digests: readonly string[];
  readonly types: readonly TaskType[];
}

/** Tasks that wait for a node, indexed by what could serve them. */
export class WaitingTasks {
  readonly #buckets = new Map<string, Bucket>();
  readonly #keys = new Map<string, string>();

  get size(): number {
    return this.#keys.size;
  }

  has(taskId: string): boolean {
    return this.#keys.has(taskId);
  }

  add(task: LiveTask): void {
    this.remove(task.record.taskId);
    const key = keyOf(task);
    let bucket = this.#buckets.get(key);
    if (bucket === undefined) {
      bucket = new Map(priorities.map((priority) => [priority, new Map<string, LiveTask>()]));
      this.#buckets.set(key, bucket);
    }
    bucket.get(task.record.priority)?.set(task.record.taskId, task);
    this.#keys.set(task.record.taskId, key);
  }

  remove(taskId: string): void {
    const key = this.#keys.get(taskId);
    if (key === undefined) return;
    this.#keys.delete(taskId);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) return;
    for (const tasks of bucket.values()) tasks.delete(taskId);
    if ([...bucket.values()].every((tasks) => tasks.size === 0)) this.#buckets.delete(key);
  }

  /** The best waiting task for which `fits` holds: priority first, then age. */
  best(servable: Servable, fits: (task: LiveTask) => boolean): LiveTask | undefined {
    const buckets = keysOf(servable).flatMap((key) => this.#buckets.get(key) ?? []);
    for (const priority of priorities) {
      const firsts = buckets.flatMap((bucket) => firstFitting(bucket.get(priority), fits) ?? []);
      const oldest = firsts.toSorted(
        (a, b) => a.acceptedAt - b.acceptedAt || (a.record.taskId < b.record.taskId ? -1 : 1),
      )[0];
      if (oldest !== undefined) return oldest;
    }
    return undefined;
  }
}

function firstFitting(
  tasks: ReadonlyMap<string, LiveTask> | undefined,
  fits: (task: LiveTask) => boolean,
): LiveTask | undefined {
  let looked = 0;
  for (const task of tasks?.values() ?? []) {
    if (fits(task)) return task;
    looked += 1;
    if (looked >= lookAhead) return undefined;
  }
  return undefined;
}

function keyOf(task: LiveTask): string {
  if (task.record.onlyNodeId !== null) return `node:${task.record.onlyNodeId}`;
  const digest = task.fixedDigest ?? task.record.model;
  return digest === null ? `type:${task.record.type}` : `digest:${digest}`;
}

function keysOf({ nodeId, digests, types }: Servable): string[] {
  return [`node:${nodeId}`, ...digests.map((digest) => `digest:${digest}`), ...types.map((type) => `type:${type}`)];
}

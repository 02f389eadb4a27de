import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import type { OwnTaskRecord, OwnTaskStore } from '#engine/store/tasks/OwnTaskStore.ts';
import { LiveAnswer } from './LiveAnswer.ts';

/** An own task that has not ended, with its answer as far as it has arrived. */
export interface OpenTask {
  readonly taskId: string;
  readonly type: TaskType;
  readonly preview: string;
  readonly title: string | null;
  readonly status: TaskView['status'];
  readonly modelName: string | null;
  readonly nodeName: string | null;
  /** Why no node runs it yet, in the coordinator's words. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly maxTokens: number;
  readonly live: LiveAnswer;
}

/** Own tasks that have not ended, in memory, so that no frame needs the database. */
export class OpenTasks {
  readonly #store: OwnTaskStore;
  readonly #tasks = new Map<string, OpenTask>();

  constructor(store: OwnTaskStore) {
    this.#store = store;
  }

  load(swarmId: string | null): void {
    this.#tasks.clear();
    if (swarmId === null) return;
    for (const record of this.#store.open(swarmId)) this.#put(record);
  }

  list(): readonly OpenTask[] {
    return [...this.#tasks.values()];
  }

  get(taskId: string): OpenTask | undefined {
    return this.#tasks.get(taskId);
  }

  add(swarmId: string, taskId: string): void {
    const record = this.#store.get(swarmId, taskId);
    if (record !== undefined) this.#put(record);
  }

  update(view: TaskView): void {
    const task = this.#tasks.get(view.taskId);
    if (task === undefined) return;
    const { status, modelName, nodeName, reason } = view;
    this.#tasks.set(view.taskId, { ...task, status, modelName, nodeName, reason });
  }

  remove(taskId: string): void {
    this.#tasks.delete(taskId);
  }

  #put(record: OwnTaskRecord): void {
    const { swarmId, taskId, type, preview, status, view, submission, createdAt, firstTokenAt } = record;
    this.#tasks.set(taskId, {
      taskId,
      type,
      preview,
      title: submission?.title ?? null,
      status,
      modelName: view?.modelName ?? null,
      nodeName: view?.nodeName ?? null,
      reason: view?.reason ?? null,
      createdAt,
      maxTokens: submission?.maxTokens ?? 0,
      live: new LiveAnswer(taskId, this.#store.answer(swarmId, taskId), firstTokenAt),
    });
  }
}

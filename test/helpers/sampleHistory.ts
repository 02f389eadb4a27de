import type { AssignmentStore } from '#engine/store/tasks/AssignmentStore.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';

export const swarmId = `swm_${'a'.repeat(32)}`;
export const modelDigest = 'd'.repeat(64);

/** Id of the task or assignment with this number, below 10,000. */
export function id(number: number): string {
  return `01ARZ3NDEKTSV4RRFFQ69G${String(number).padStart(4, '0')}`;
}

export interface SampleWork {
  /** Null: it still runs. */
  readonly credits: string | null;
  readonly accepted?: boolean;
  readonly at: number;
  readonly modelName?: string;
}

/** An assignment that ran for half a second. Given again, it is settled again. */
export function addWork(assignments: AssignmentStore, number: number, work: SampleWork): void {
  const { credits, accepted = true, at, modelName = 'Starter' } = work;
  assignments.start({
    swarmId,
    assignmentId: id(number),
    taskId: id(number),
    type: 'code_completion',
    language: '',
    privacy: 'internal',
    own: false,
    requester: 'calm-fox',
    modelDigest,
    modelName,
    sampler: { mode: 'greedy', temperature: 0, minP: 0.05, maxTokens: 8, stop: [] },
    seed: 1,
    environment: { lib: 'x', gpu: 'cpu', flashAttention: false, kv: 'F16', cpu: null },
    prefixCount: 0,
    startedAt: at,
  });
  if (credits === null) return;
  assignments.end(swarmId, id(number), { status: 'delivered', finish: 'eog', reason: null, at: at + 500 });
  const earning = { accepted, reason: null, credits, welcome: false, quality: null, at: at + 600 };
  assignments.settle(swarmId, id(number), earning);
}

/** The coordinator's view of an own task: completed for 0.25 credits at `finishedAt`. */
export function viewOf(number: number, change: Partial<TaskView> = {}): TaskView {
  return {
    taskId: id(number),
    status: 'completed',
    attempt: 0,
    outputTokens: 3,
    finish: 'eog',
    partial: false,
    credits: '0.25',
    fee: '0.01',
    nodeId: null,
    nodeName: 'brisk-otter',
    modelDigest,
    modelName: 'Starter',
    quality: null,
    reason: null,
    createdAt: 0,
    finishedAt: 1000,
    timeline: [],
    ...change,
  };
}

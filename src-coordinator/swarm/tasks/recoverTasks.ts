import type { ModelShape } from '#shared/domain/models/model.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import { headBefore } from './runs/headBefore.ts';
import { createLiveTask, type LiveRun, type LiveTask } from './life/LiveTask.ts';

/** Tasks with parents wait at most this long for them, in milliseconds (rules 4.3). */
export const longestBlockedMs = 24 * 3_600_000;

export interface RecoveryNeeds {
  readonly clock: Clock;
  readonly queries: Pick<Queries, 'openTasks' | 'answer' | 'assignmentsOf' | 'segment' | 'node'>;
  /** Shape of a model as it is known now, or bounds that no model exceeds. */
  readonly shapeOf: (assignment: AssignmentRecord) => z.infer<typeof ModelShape>;
}

/** Reads everything that was not over, with the runs that may still go on at their nodes. */
export async function recoverTasks(needs: RecoveryNeeds): Promise<LiveTask[]> {
  const tasks: LiveTask[] = [];
  for (const record of await needs.queries.openTasks()) {
    if (record.submission === null) continue;
    tasks.push(await recoverTask(needs, record, record.submission));
  }
  return tasks;
}

async function recoverTask(
  needs: RecoveryNeeds,
  record: TaskRecord,
  submission: NonNullable<TaskRecord['submission']>,
): Promise<LiveTask> {
  const { clock, queries } = needs;
  const answer = await queries.answer(record.taskId);
  const all = await queries.assignmentsOf(record.taskId);
  const assignments = all.filter(({ attempt }) => attempt === record.attempt);
  const running = assignments.findLast(({ status }) => status === 'running');
  const run = running === undefined ? null : await recoverRun(needs, running, answer);
  const last = assignments.findLast(({ stored }) => stored > 0);
  const task = createLiveTask(record, submission, {
    acceptedAt: clock.monotonic() - (clock.now() - record.createdAt),
    deadline: deadlineOf(record, clock),
  });
  return {
    ...task,
    failedBy: new Set(assignments.flatMap(({ nodeId, status }) => (status === 'lost' ? [nodeId] : []))),
    runs: new Map(run === null ? [] : [[run.assignment.assignmentId, run]]),
    ...(last === undefined || answer.ids.length === 0
      ? {}
      : { fixedDigest: last.modelDigest, neededContext: answer.promptIds.length + record.maxTokens }),
  };
}

/** Monotonic deadline. */
function deadlineOf(record: TaskRecord, clock: Clock): number {
  const end = record.status === 'blocked' ? record.createdAt + longestBlockedMs : record.expiresAt;
  return clock.monotonic() + (end - clock.now());
}

async function recoverRun(
  { queries, shapeOf }: RecoveryNeeds,
  assignment: AssignmentRecord,
  answer: { readonly ids: readonly number[]; readonly promptIds: readonly number[] },
): Promise<LiveRun> {
  const [segment, node] = await Promise.all([
    queries.segment(assignment.assignmentId),
    queries.node(assignment.nodeId),
  ]);
  const prefixIds = answer.ids.slice(0, assignment.startIndex);
  const promptIds =
    segment !== undefined && segment.ids.length > 0
      ? segment.promptIds
      : assignment.startIndex > 0
        ? answer.promptIds
        : null;
  return {
    assignment,
    // A node is enrolled before it gets an assignment; without its key no signature passes.
    nodeKey: node?.nodeKey ?? '',
    shape: shapeOf(assignment),
    prefixIds,
    promptIds,
    received: {
      count: assignment.stored,
      textBytes: Buffer.byteLength(segment?.text ?? ''),
      lastId: segment?.ids.at(-1) ?? null,
      head: assignment.chain ?? (promptIds === null ? null : headBefore(assignment, promptIds, prefixIds)),
      signature: assignment.lastSignature,
    },
    stored: assignment.stored,
    lapsed: false,
    taken: assignment.stored > 0,
    sealed: false,
    recovered: true,
  };
}

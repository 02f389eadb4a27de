import type { ModelShape } from '#shared/domain/models/model.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { z } from 'zod';
import type { LiveRun, LiveTask } from './LiveTask.ts';
import { createLiveTask } from './OpenTasks.ts';
import type { CoordinatorStore } from '#coordinator/books/CoordinatorStore.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import { headBefore } from './headBefore.ts';

/** Tasks with parents wait at most this long for them (rules 4.3). */
export const longestBlockedMs = 24 * 3_600_000;

export interface RecoveryNeeds {
  readonly clock: Clock;
  readonly store: CoordinatorStore;
  /** Shape of a model as it is known now, or as wide as can be. */
  readonly shapeOf: (assignment: AssignmentRecord) => z.infer<typeof ModelShape>;
}

/** Everything that was not over, with the runs that may still go on at their nodes. */
export function recoverTasks(needs: RecoveryNeeds): { task: LiveTask; run: LiveRun | null }[] {
  return needs.store.openTasks().flatMap((record) => {
    if (record.submission === null) return [];
    const task = createLiveTask(record, record.submission, {
      now: needs.clock.monotonic() - (needs.clock.now() - record.createdAt),
      deadline: deadlineOf(record, needs),
    });
    const answer = needs.store.answer(record.taskId);
    const assignments = needs.store.assignmentsOf(record.taskId).filter(({ attempt }) => attempt === record.attempt);
    for (const { nodeId, status } of assignments) if (status === 'lost') task.failedBy.add(nodeId);
    const last = assignments.findLast(({ stored }) => stored > 0);
    if (last !== undefined && answer.ids.length > 0) {
      task.fixedDigest = last.modelDigest;
      task.promptIds = answer.promptIds;
      task.neededContext = answer.promptIds.length + record.maxTokens;
    }
    const running = assignments.findLast(({ status }) => status === 'running');
    return [{ task, run: running === undefined ? null : recoverRun(needs, running) }];
  });
}

/** Monotonic deadline. */
function deadlineOf(record: TaskRecord, { clock }: RecoveryNeeds): number {
  const end = record.status === 'blocked' ? record.createdAt + longestBlockedMs : record.expiresAt;
  return clock.monotonic() + (end - clock.now());
}

function recoverRun(needs: RecoveryNeeds, assignment: AssignmentRecord): LiveRun {
  const segment = needs.store.segment(assignment.assignmentId);
  const whole = needs.store.answer(assignment.taskId);
  const prefixIds = whole.ids.slice(0, assignment.startIndex);
  const promptIds =
    segment !== undefined && segment.ids.length > 0
      ? segment.promptIds
      : assignment.startIndex > 0
        ? whole.promptIds
        : null;
  const now = needs.clock.monotonic();
  return {
    assignment,
    shape: needs.shapeOf(assignment),
    prefixIds,
    promptIds,
    count: assignment.stored,
    stored: assignment.stored,
    textBytes: Buffer.byteLength(segment?.text ?? ''),
    lastId: segment?.ids.at(-1) ?? null,
    head: assignment.chain ?? (promptIds === null ? null : headBefore(assignment, promptIds, prefixIds)),
    signature: assignment.lastSignature,
    writing: Promise.resolve(),
    leaseUntil: now,
    lastChunkAt: now,
    lapsed: false,
    taken: assignment.stored > 0,
    ended: false,
    timer: null,
    stallTimer: null,
  };
}

import { fc } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { AssignmentStatus, isAssignmentOver, moveAssignment } from '#shared/domain/tasks/assignment.ts';
import { Submission, TaskStatus, isTaskOver, moveTask, promptBytes } from '#shared/domain/tasks/task.ts';

const taskEvents = ['unblock', 'assign', 'requeue', 'complete', 'fail', 'cancel', 'expire'] as const;
const assignmentEvents = [
  'decline',
  'lapse',
  'start',
  'deliver',
  'accept',
  'reject',
  'hand_over',
  'supersede',
  'cancel',
  'lose',
] as const;

describe('a task', () => {
  it('never leaves a terminal state', () => {
    for (const status of TaskStatus.options) {
      const moves = taskEvents.map((event) => moveTask(status, event));
      expect(moves.every((next) => next === undefined)).toBe(isTaskOver(status));
    }
  });

  it('can be cancelled or expire in every open state', () => {
    for (const status of TaskStatus.options.filter((one) => !isTaskOver(one))) {
      expect(moveTask(status, 'cancel')).toBe('cancelled');
      expect(moveTask(status, 'expire')).toBe('expired');
    }
  });

  it('completes only after it was queued', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...taskEvents), { maxLength: 30 }), (events) => {
        let status: TaskStatus = 'blocked';
        let wasQueued = false;
        for (const event of events) {
          const next = moveTask(status, event);
          expect(isTaskOver(status) && next !== undefined).toBe(false);
          expect(next === 'completed' && !wasQueued).toBe(false);
          status = next ?? status;
          wasQueued ||= status === 'queued';
        }
      }),
    );
  });

  it('counts the bytes of the whole prompt', () => {
    const submission = Submission.parse({
      type: 'chat',
      messages: [
        { role: 'system', content: 'ä' },
        { role: 'user', content: '😀x' },
      ],
      context: 'ab',
      maxTokens: 1,
      deadlineMs: 1000,
    });
    expect(promptBytes(submission)).toBe(2 + 2 + 4 + 1);
  });
});

describe('an assignment', () => {
  it('never leaves a terminal state', () => {
    for (const status of AssignmentStatus.options) {
      const moves = assignmentEvents.map((event) => moveAssignment(status, event));
      expect(moves.every((next) => next === undefined)).toBe(isAssignmentOver(status));
    }
  });

  it('is accepted only after it was delivered', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...assignmentEvents), { maxLength: 20 }), (events) => {
        let status: AssignmentStatus = 'offered';
        for (const event of events) {
          const next = moveAssignment(status, event);
          expect(next === 'accepted' && status !== 'delivered').toBe(false);
          expect(next === 'running' && status !== 'offered').toBe(false);
          status = next ?? status;
        }
      }),
    );
  });
});

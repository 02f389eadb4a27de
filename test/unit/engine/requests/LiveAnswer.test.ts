import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LiveAnswer } from '#engine/requests/LiveAnswer.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import type { z } from 'zod';

type Frame = z.infer<typeof TaskFrame>;

const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

/** A whole answer as frames of some tokens each; the text of token n is `<n>`. */
function framesOf(sizes: readonly number[], attempt: number): Frame[] {
  let from = 0;
  return sizes.map((tokens) => {
    const text = Array.from({ length: tokens }, (_, index) => `<${attempt}.${from + index}>`).join('');
    const frame = { taskId, attempt, from, tokens, text };
    from += tokens;
    return frame;
  });
}

const sizes = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 12 });

describe('LiveAnswer', () => {
  test('repeated frames change nothing, and what a gap asks for again completes the answer', () => {
    fc.assert(
      fc.property(sizes, fc.array(fc.nat(30), { maxLength: 40 }), (lengths, disorder) => {
        const frames = framesOf(lengths, 0);
        const answer = new LiveAnswer(taskId, { attempt: 0, tokens: 0, text: '' }, null);
        for (const index of disorder) {
          const frame = frames[index % frames.length];
          if (frame !== undefined) answer.take(frame, 1);
        }
        for (const frame of frames) answer.take(frame, 2);
        expect(answer.text).toBe(frames.map((frame) => frame.text).join(''));
        expect(answer.tokens).toBe(lengths.reduce((sum, one) => sum + one, 0));
      }),
    );
  });

  test('a new attempt starts over; frames of the old one are ignored from then on', () => {
    fc.assert(
      fc.property(sizes, sizes, (one, two) => {
        const answer = new LiveAnswer(taskId, { attempt: 0, tokens: 0, text: '' }, null);
        for (const frame of framesOf(one, 0)) answer.take(frame, 1);
        const [first, ...rest] = framesOf(two, 1);
        if (first === undefined) return;
        expect(answer.take(first, 2)).toMatchObject({ kind: 'appended', startsOver: true });
        for (const frame of framesOf(one, 0)) expect(answer.take(frame, 2).kind).toBe('known');
        for (const frame of rest) answer.take(frame, 3);
        expect(answer.text).toBe([first, ...rest].map((frame) => frame.text).join(''));
      }),
    );
  });

  test('what is pending is everything since the last time, once', () => {
    fc.assert(
      fc.property(sizes, (lengths) => {
        const answer = new LiveAnswer(taskId, { attempt: 0, tokens: 0, text: '' }, null);
        let stored = '';
        for (const [index, frame] of framesOf(lengths, 0).entries()) {
          answer.take(frame, index);
          if (index % 2 === 0) stored += answer.takePending()?.text ?? '';
        }
        stored += answer.takePending()?.text ?? '';
        expect(stored).toBe(answer.text);
        expect(answer.takePending()).toBeNull();
      }),
    );
  });
});

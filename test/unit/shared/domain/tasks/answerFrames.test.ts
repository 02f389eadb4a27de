import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyAnswer, isNewer, joinFrame, mergeAll, mergeFrames } from '#shared/domain/tasks/answerFrames.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';

const taskId = '01J00000000000000000000000';

function frame(from: number, tokens: number, text: string, attempt = 0): TaskFrame {
  return { taskId, attempt, from, tokens, text };
}

describe('joinFrame', () => {
  const answer = { attempt: 1, tokens: 3, text: 'abc' };

  it('appends the frame that comes next', () => {
    expect(joinFrame(answer, frame(3, 2, 'de', 1))).toEqual({
      kind: 'appended',
      startsOver: false,
      answer: { attempt: 1, tokens: 5, text: 'abcde' },
    });
  });

  it.each([
    ['a repeated frame', frame(1, 2, 'bc', 1)],
    ['the whole again', frame(0, 3, 'abc', 1)],
    ['an earlier attempt', frame(3, 2, 'xx', 0)],
    ['an empty frame behind', frame(2, 0, '', 1)],
  ])('ignores %s', (_, known) => {
    expect(joinFrame(answer, known)).toEqual({ kind: 'known', startsOver: false, answer });
  });

  it.each([
    ['leaves tokens out', frame(4, 1, 'e', 1)],
    ['overlaps', frame(2, 2, 'cd', 1)],
  ])('sees a gap when the frame %s', (_, late) => {
    expect(joinFrame(answer, late)).toEqual({ kind: 'gap', startsOver: false, answer });
  });

  it('starts over with a newer attempt', () => {
    expect(joinFrame(answer, frame(0, 1, 'x', 2))).toEqual({
      kind: 'appended',
      startsOver: true,
      answer: { attempt: 2, tokens: 1, text: 'x' },
    });
  });

  it('starts over empty when the newer attempt does not begin at its first token', () => {
    expect(joinFrame(answer, frame(4, 1, 'x', 2))).toEqual({
      kind: 'gap',
      startsOver: true,
      answer: { attempt: 2, tokens: 0, text: '' },
    });
  });

  it('appends text without a token, which completes a character', () => {
    expect(joinFrame(answer, frame(3, 0, 'd', 1)).answer).toEqual({ attempt: 1, tokens: 3, text: 'abcd' });
  });
});

/** One attempt cut into frames: a letter for each token. */
const attempt = (number: number) =>
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 12 }).map((sizes) => {
    let from = 0;
    return sizes.map((tokens) => {
      const text = Array.from({ length: tokens }, (_, index) => letter(number, from + index)).join('');
      const piece = frame(from, tokens, text, number);
      from += tokens;
      return piece;
    });
  });

function letter(number: number, index: number): string {
  return String.fromCodePoint((number === 0 ? 97 : 65) + (index % 26));
}

function wholeOf(frames: readonly TaskFrame[]): string {
  return frames.map(({ text }) => text).join('');
}

const settings = { seed: 20_260_801, numRuns: 500 };

describe('frames of an answer, in any order', () => {
  it('never give anything but a prefix of one attempt', () => {
    fc.assert(
      fc.property(attempt(0), attempt(1), fc.array(fc.nat(), { maxLength: 60 }), (first, second, picks) => {
        const all = [...first, ...second];
        let answer = emptyAnswer;
        for (const pick of picks) {
          const before = answer;
          answer = joinFrame(answer, all[pick % all.length] ?? frame(0, 0, '')).answer;
          expect(answer.attempt).toBeGreaterThanOrEqual(before.attempt);
          const whole = wholeOf(answer.attempt === 0 ? first : second);
          expect(whole.startsWith(answer.text)).toBe(true);
          expect(answer.text).toHaveLength(answer.tokens);
        }
      }),
      settings,
    );
  });

  it('give the whole however often each is repeated', () => {
    fc.assert(
      fc.property(attempt(0), fc.integer({ min: 1, max: 3 }), (frames, times) => {
        let answer = emptyAnswer;
        for (const one of frames) for (let time = 0; time < times; time += 1) answer = joinFrame(answer, one).answer;
        expect(answer.text).toBe(wholeOf(frames));
      }),
      settings,
    );
  });

  it('give the whole after a gap once everything behind the answer is sent again', () => {
    fc.assert(
      fc.property(attempt(0), fc.nat(), (frames, pick) => {
        const lost = pick % frames.length;
        let answer = emptyAnswer;
        for (const [index, one] of frames.entries()) if (index !== lost) answer = joinFrame(answer, one).answer;
        const rest = frames.filter((one) => isNewer(answer, one));
        for (const one of rest) answer = joinFrame(answer, one).answer;
        expect(answer.text).toBe(wholeOf(frames));
      }),
      settings,
    );
  });

  it('join to the same answer merged or one by one', () => {
    fc.assert(
      fc.property(attempt(0), attempt(1), fc.nat(), (first, second, cut) => {
        const all = [...first.slice(0, cut % (first.length + 1)), ...second];
        const join = (frames: readonly TaskFrame[]) =>
          frames.reduce((answer, one) => joinFrame(answer, one).answer, emptyAnswer);
        const merged = mergeAll(all);
        expect(join(merged)).toEqual(join(all));
        expect(merged.length).toBeLessThanOrEqual(2);
      }),
      settings,
    );
  });
});

describe('mergeFrames', () => {
  it('merges frames that follow each other', () => {
    expect(mergeFrames(frame(0, 2, 'ab'), frame(2, 1, 'c'))).toEqual(frame(0, 3, 'abc'));
  });

  it.each([
    ['a gap', frame(3, 1, 'd')],
    ['an overlap', frame(1, 1, 'b')],
    ['another attempt', frame(2, 1, 'c', 1)],
    ['another task', { ...frame(2, 1, 'c'), taskId: '01J00000000000000000000001' }],
  ])('leaves frames apart across %s', (_, second) => {
    expect(mergeFrames(frame(0, 2, 'ab'), second)).toBeUndefined();
  });
});

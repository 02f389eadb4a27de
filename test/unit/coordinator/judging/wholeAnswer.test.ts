import { describe, expect, test } from 'vitest';
import { completionOf, judgeWhole, storedFinish } from '#coordinator/judging/wholeAnswer.ts';
import type { LiveTask } from '#coordinator/swarm/tasks/life/LiveTask.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';

function taskOf(oddBefore: boolean, change: Partial<SubmissionInput> = {}): Pick<LiveTask, 'submission' | 'oddBefore'> {
  const submission = Submission.parse({
    type: 'chat',
    messages: [{ role: 'user', content: 'Say something.' }],
    maxTokens: 10,
    deadlineMs: 10_000,
    ...change,
  });
  return { submission, oddBefore };
}

const settled = { finish: 'eog', evidence: { kind: 'settled', onTime: true } } as const;

describe('judgeWhole', () => {
  test('accepts what says something', () => {
    const verdict = judgeWhole(taskOf(false), { text: 'Something.', finish: 'eog' }, null);
    expect(verdict).toMatchObject({ kind: 'accepted', provoked: null, quality: { score: 95 } });
    if (verdict.kind !== 'accepted') return;
    const end = completionOf('a', verdict, settled);
    expect(end).toMatchObject({ event: 'complete', current: { accepted: true, evidence: { kind: 'settled' } } });
    expect(end).not.toHaveProperty('onlyPromptPrice');
  });

  test('tries an odd answer once more without blame, and charges the prompt for the second', () => {
    const empty = { text: ' ', finish: 'eog' } as const;
    expect(judgeWhole(taskOf(false), empty, null)).toMatchObject({
      kind: 'refused',
      end: { event: 'reject', failure: false, weight: 0, odd: true },
    });
    const second = judgeWhole(taskOf(true), empty, null);
    const provoked = 'The answer was empty twice; only the prompt is charged.';
    expect(second).toMatchObject({ kind: 'accepted', provoked });
    if (second.kind !== 'accepted') return;
    expect(completionOf('a', second, settled)).toMatchObject({
      promptPriceTo: 'a',
      onlyPromptPrice: true,
      current: { evidence: { kind: 'none' } },
    });
  });

  test('refuses an end that is not the JSON that was asked for; a cut one may be broken', () => {
    const asked = taskOf(false, { responseFormat: { type: 'json_schema', schema: {} } });
    expect(judgeWhole(asked, { text: 'Prose.', finish: 'eog' }, null)).toMatchObject({
      kind: 'refused',
      end: { event: 'reject', failure: true, weight: 2 },
    });
    expect(judgeWhole(asked, { text: '{"a":', finish: 'length' }, null).kind).toBe('accepted');
    expect(judgeWhole(asked, { text: '{"a": 1}', finish: 'eog' }, null).kind).toBe('accepted');
  });
});

test.each([
  ['nothing', 0, null, null],
  ['an end', 3, 2, 'eog'],
  ['the limit, with what others delivered', 4, 9, 'length'],
  ['a part', 3, 9, null],
] as const)('a stored answer of %s', (_, stored, lastId, finish) => {
  expect(storedFinish({ stored, lastId, eogIds: [2], startIndex: 6, maxTokens: 10 })).toBe(finish);
});

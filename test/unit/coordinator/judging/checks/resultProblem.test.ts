import { describe, expect, test } from 'vitest';
import {
  type ClaimedResult,
  type ExpectedResult,
  resultProblem,
  segmentProblem,
} from '#coordinator/judging/checks/checkResult.ts';

const sampler = { mode: 'sampled' as const, temperature: 0.7, minP: 0.05 as const, maxTokens: 4, stop: [[7, 8]] };
const expected: ExpectedResult = {
  modelDigest: 'd',
  sampler,
  seed: 5,
  promptIds: [1, 2],
  count: 3,
  lastId: 2,
  lastIds: [9, 9, 2],
  textBytes: 10,
  eogIds: [2],
};
const claimed: ClaimedResult = { modelDigest: 'd', sampler, seed: 5, promptIds: [1, 2], finish: 'eog', count: 3 };

describe('resultProblem', () => {
  test('an honest result has none', () => {
    expect(resultProblem(expected, claimed)).toBeNull();
    expect(resultProblem({ ...expected, count: 4, lastId: 9 }, { ...claimed, count: 4, finish: 'length' })).toBeNull();
    expect(resultProblem({ ...expected, lastId: 8, lastIds: [9, 7, 8] }, { ...claimed, finish: 'stop' })).toBeNull();
    expect(resultProblem({ ...expected, lastId: 9 }, { ...claimed, finish: 'yielded' })).toBeNull();
    expect(resultProblem({ ...expected, promptIds: null }, claimed)).toBeNull();
  });

  test.each([
    ['model', {}, { modelDigest: 'e' }],
    ['seed', {}, { seed: 6 }],
    ['sampler', {}, { sampler: { ...sampler, temperature: 1 } }],
    ['sampler', {}, { sampler: { ...sampler, stop: [[7]] } }],
    ['prompt', {}, { promptIds: [1, 3] }],
    ['does not match the tokens sent', {}, { count: 2 }],
    ['more tokens than text', { count: 27 }, { count: 27 }],
    ['claims an end token', { lastId: 9 }, {}],
    ['claims an end token', { lastId: null, count: 0 }, { count: 0 }],
    ['its last token is an end token', { count: 4 }, { finish: 'length' as const, count: 4 }],
    ['is shorter', { lastId: 9 }, { finish: 'length' as const }],
    ['claims a stop', { lastIds: [8, 7] }, { finish: 'stop' as const }],
  ])('%s', (words, expectedChange, claimedChange) => {
    const problem = resultProblem({ ...expected, ...expectedChange }, { ...claimed, ...claimedChange });
    expect(problem).toContain(words);
  });
});

test.each([
  [16, 0, null],
  [17, 0, 'The result has more tokens than text.'],
  [30, 14, null],
  [31, 14, 'The result has more tokens than text.'],
])('%i ids with %i bytes of text', (count, textBytes, problem) => {
  expect(segmentProblem({ count, textBytes })).toBe(problem);
});

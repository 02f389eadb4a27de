import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { checkChunk, promptProblem, sameIds } from '#coordinator/judging/checks/checkChunk.ts';

const shape = { vocabSize: 100, eogIds: [2, 3], contextSize: 64, sizeClass: 'tiny' as const };
const at = (count: number, lastId: number | null = 50) => ({ count, textBytes: 100, lastId, shape, maxTokens: 10 });

describe('checkChunk', () => {
  test.each([
    ['take', at(0, null), { from: 0, ids: [1, 2] }],
    ['take', at(9), { from: 9, ids: [99] }],
    ['known', at(5), { from: 2, ids: [1, 1, 1] }],
    ['gap', at(5), { from: 6, ids: [1] }],
    ['overlap', at(5), { from: 4, ids: [1, 1] }],
    ['bad', at(5, 2), { from: 5, ids: [1] }],
    ['bad', at(5), { from: 5, ids: [1, 1, 1, 1, 1, 1] }],
    ['bad', at(5), { from: 5, ids: [100] }],
    ['bad', at(5), { from: 5, ids: [3, 1] }],
    ['take', at(5), { from: 5, ids: [1, 1], text: 'ä'.repeat((7 * 256 + 1024 - 100) / 2) }],
    ['bad', at(5), { from: 5, ids: [1, 1], text: 'ä'.repeat((7 * 256 + 1024 - 100) / 2 + 1) }],
  ] as const)('%s', (kind, position, chunk) => {
    expect(checkChunk(position, { text: '', ...chunk }).kind).toBe(kind);
  });

  const ids = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 6 });

  test('whatever is sent, what is taken is a gapless answer within the limits', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ from: fc.integer({ min: 0, max: 12 }), ids }), { maxLength: 30 }), (chunks) => {
        const taken: number[] = [];
        for (const chunk of chunks) {
          const position = at(taken.length, taken.at(-1) ?? null);
          if (checkChunk(position, { ...chunk, text: '' }).kind === 'take') taken.push(...chunk.ids);
        }
        expect(taken.length).toBeLessThanOrEqual(10);
        expect(taken.every((id) => id < shape.vocabSize)).toBe(true);
        expect(taken.slice(0, -1).some((id) => shape.eogIds.includes(id))).toBe(false);
      }),
    );
  });
});

test('a prompt must be there, in the vocabulary, within the context, and the one that the answer began with', () => {
  const expected = { known: null, vocabSize: 100, contextSize: 64, answerTokens: 10 };
  expect(promptProblem([1], expected)).toBeNull();
  expect(promptProblem([], expected)).toContain('empty');
  expect(promptProblem([100], expected)).toContain('vocabulary');
  expect(
    promptProblem(
      Array.from({ length: 55 }, () => 1),
      expected,
    ),
  ).toContain('context');
  expect(promptProblem([1, 2], { ...expected, known: [1, 2] })).toBeNull();
  expect(promptProblem([1, 3], { ...expected, known: [1, 2] })).toContain('differs');
  expect(sameIds([1], [1, 2])).toBe(false);
});

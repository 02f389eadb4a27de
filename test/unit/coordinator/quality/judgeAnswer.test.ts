import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { codeParses, fencedBlocks } from '#coordinator/quality/codeParses.ts';
import { judgeAnswer } from '#coordinator/quality/judgeAnswer.ts';
import { oddityOf } from '#coordinator/quality/oddities.ts';
import { QualityRecord } from '#shared/domain/quality.ts';
import { Submission, type SubmissionInput } from '#shared/domain/task.ts';

const submissionOf = (change: Partial<SubmissionInput> = {}) =>
  Submission.parse({
    type: 'code_completion',
    messages: [{ role: 'user', content: 'function add(a, b) {\n' }],
    language: 'javascript',
    maxTokens: 100,
    deadlineMs: 10_000,
    ...change,
  });

describe('judgeAnswer', () => {
  test('a completion is parsed together with its prompt, and only when the model ended it', () => {
    const good = judgeAnswer(submissionOf(), { text: '  return a + b;\n}', finish: 'eog' });
    expect(good.record.dimensions.correctness?.evidence).toEqual(['The code parses.']);
    const bad = judgeAnswer(submissionOf(), { text: '  return a +', finish: 'eog' });
    expect(bad.record.score).toBeLessThan(good.record.score);
    const cut = judgeAnswer(submissionOf(), { text: '  return a +', finish: 'length' });
    expect(cut.record.dimensions.correctness).toBeNull();
    expect(cut.record.score).toBeGreaterThan(80);
  });

  test('JSON that claims to be whole must be JSON', () => {
    const asked = submissionOf({ type: 'chat', responseFormat: { type: 'json_schema', schema: {} } });
    expect(judgeAnswer(asked, { text: '{"a": 1}', finish: 'eog' }).invalidJson).toBe(false);
    expect(judgeAnswer(asked, { text: '{"a": ', finish: 'eog' }).invalidJson).toBe(true);
    expect(judgeAnswer(asked, { text: '{"a": ', finish: 'length' }).invalidJson).toBe(false);
  });

  test('code blocks of a mixed answer are parsed by their own language', () => {
    const text = 'Here:\n```ts\nconst a: number = 1;\n```\nand\n```python\ndef f(): pass\n```';
    expect(fencedBlocks(text).map(({ language }) => language)).toEqual(['ts', 'python']);
    const judged = judgeAnswer(submissionOf({ type: 'code_generation' }), { text, finish: 'eog' });
    expect(judged.record.dimensions.correctness?.score).toBe(90);
  });

  test('every text gets a valid record, which never quotes it', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2000 }),
        fc.constantFrom('eog' as const, 'length' as const),
        (text, finish) => {
          const { record } = judgeAnswer(submissionOf(), { text: `»${text}«`, finish });
          expect(QualityRecord.safeParse(record).success).toBe(true);
          expect(JSON.stringify(record)).not.toContain('»');
        },
      ),
    );
  });
});

describe('oddityOf', () => {
  test.each([
    ['empty', 'anything', '  \n '],
    ['repeating', 'anything', 'abc'.repeat(40)],
    ['repeating', 'anything', `  ${'return null;\n'.repeat(6)}`],
    [
      'copied',
      'x a long sentence that says something, and more of it. y',
      'a long sentence that says something, and more of it.',
    ],
    [null, 'x', 'short'],
    [null, 'prompt', 'aaaa'],
    [null, 'prompt', 'const total = numbers.reduce((sum, each) => sum + each, 0);\nreturn total;'],
  ])('%s', (oddity, prompt, answer) => {
    expect(oddityOf(prompt, answer)).toBe(oddity);
  });
});

test('hostile code costs neither a crash nor much time', () => {
  expect(codeParses('['.repeat(40_000), 'javascript')).toBe(false);
  expect(codeParses('x'.repeat(100_000), 'javascript')).toBeNull();
  expect(codeParses('fn main() {}', 'rust')).toBeNull();
});

import { fc } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { extractCode } from '#coordinator/judging/quality/extractCode.ts';
import { codeParses } from '#coordinator/judging/quality/codeParses.ts';
import { judgeAnswer } from '#coordinator/judging/quality/judgeAnswer.ts';
import { oddityOf } from '#coordinator/judging/quality/oddities.ts';
import { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';

const submissionOf = (change: Partial<SubmissionInput> = {}) =>
  Submission.parse({
    type: 'code_completion',
    messages: [{ role: 'user', content: 'function add(a, b) {\n' }],
    language: 'javascript',
    maxTokens: 100,
    deadlineMs: 10_000,
    ...change,
  });

/** With the verdict of the parser, as the coordinator judges. */
const judged = (submission: Submission, answer: Parameters<typeof extractCode>[1]) =>
  judgeAnswer(submission, answer, codeParses(extractCode(submission, answer)));

describe('judgeAnswer', () => {
  test('a completion is parsed together with its prompt, and only when the model ended it', () => {
    const good = judged(submissionOf(), { text: '  return a + b;\n}', finish: 'eog' });
    expect(good.record.dimensions.correctness?.evidence).toEqual(['The code parses.']);
    const bad = judged(submissionOf(), { text: '  return a +', finish: 'eog' });
    expect(bad.record.score).toBeLessThan(good.record.score);
    const cut = judged(submissionOf(), { text: '  return a +', finish: 'length' });
    expect(cut.record.dimensions.correctness).toBeNull();
    expect(cut.record.score).toBeGreaterThan(80);
  });

  test('JSON that claims to be whole must be JSON', () => {
    const asked = submissionOf({ type: 'chat', responseFormat: { type: 'json_schema', schema: {} } });
    expect(judged(asked, { text: '{"a": 1}', finish: 'eog' }).invalidJson).toBe(false);
    expect(judged(asked, { text: '{"a": ', finish: 'eog' }).invalidJson).toBe(true);
    expect(judged(asked, { text: '{"a": ', finish: 'length' }).invalidJson).toBe(false);
  });

  test('code blocks of a mixed answer are parsed by their own language', () => {
    const text = 'Here:\n```ts\nconst a: number = 1;\n```\nand\n```python\ndef f(): pass\n```';
    const asked = submissionOf({ type: 'code_generation' });
    expect(extractCode(asked, { text, finish: 'eog' }).map(({ language }) => language)).toEqual(['ts', 'python']);
    expect(judged(asked, { text, finish: 'eog' }).record.dimensions.correctness?.score).toBe(90);
  });

  test('every text gets a valid record, which never quotes it', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 2000 }),
        fc.constantFrom('eog' as const, 'length' as const),
        (text, finish) => {
          const { record } = judged(submissionOf(), { text: `»${text}«`, finish });
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
  const parses = (code: string, language: string) => codeParses([{ code, language }]);
  expect(parses('['.repeat(40_000), 'javascript')).toBe(false);
  expect(parses('x'.repeat(100_000), 'javascript')).toBeNull();
  expect(parses('fn main() {}', 'rust')).toBeNull();
  expect(parses('x', 'constructor')).toBeNull();
});

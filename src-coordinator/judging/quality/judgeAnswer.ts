import type { Finish } from '#shared/domain/tasks/assignment.ts';
import { rawPromptText } from '#shared/domain/tasks/promptText.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import { type Oddity, oddityOf } from './oddities.ts';

/** The quality of an answer, as far as automated checks can tell. */
export interface AnswerQuality {
  readonly record: QualityRecord;
  readonly oddity: Oddity | null;
  /** True if the answer claims to be complete but is not the requested JSON: a hard failure (rules 5.1). */
  readonly invalidJson: boolean;
}

type Check = QualityRecord['checks'][number];

/** Score of an answer that passes every automated check, and what each kind of failure subtracts. */
const scores = { clean: 95, unparsed: -20, cutOff: -5, odd: -60 } as const;

/** Judges an answer that passed the hard checks; `parses` is the verdict of a `CodeParser`, null without one. Pure. */
export function judgeAnswer(
  submission: Pick<Submission, 'messages' | 'context' | 'responseFormat'>,
  answer: { readonly text: string; readonly finish: Finish },
  parses: boolean | null,
): AnswerQuality {
  const oddity = oddityOf(rawPromptText(submission), answer.text);
  const whole = answer.finish === 'eog' || answer.finish === 'stop';
  const invalidJson =
    answer.finish === 'eog' && submission.responseFormat.type === 'json_schema' && !isJson(answer.text);
  const checks = [
    check('Not empty', oddity !== 'empty', 'The answer has text.', 'The answer is empty.'),
    check('Not repetitive', oddity !== 'repeating', 'No repeating pattern.', 'The answer repeats one pattern.'),
    check(
      'Not a copy of the request',
      oddity !== 'copied',
      'The text is new.',
      'The request contains the whole answer.',
    ),
    ...(parses === null ? [] : [check('The code parses', parses, 'No syntax error.', 'The code has a syntax error.')]),
    check('Complete', whole, 'The model ended the answer.', 'The answer was cut off at the token limit.'),
  ];
  return { record: recordOf({ oddity, parses, whole, checks }), oddity, invalidJson };
}

function recordOf(found: {
  oddity: Oddity | null;
  parses: boolean | null;
  whole: boolean;
  checks: Check[];
}): QualityRecord {
  const score =
    scores.clean +
    (found.oddity === null ? 0 : scores.odd) +
    (found.parses === false ? scores.unparsed : 0) +
    (found.whole ? 0 : scores.cutOff);
  return {
    score,
    method: 'automated',
    dimensions: {
      correctness:
        found.parses === null
          ? null
          : {
              score: found.parses ? 90 : 40,
              confidence: 0.4,
              evidence: [found.parses ? 'The code parses.' : 'The code does not parse.'],
            },
      efficiency: null,
      maintainability: null,
      security: null,
      completeness: {
        score: found.oddity === null ? (found.whole ? 95 : 70) : 10,
        confidence: 0.3,
        evidence: [found.whole ? 'The model ended the answer.' : 'The answer was cut off at the token limit.'],
      },
    },
    checks: found.checks,
    reviewers: [],
    consensusStrength: null,
    cost: null,
  };
}

function check(name: string, passed: boolean, good: string, bad: string): Check {
  return { name, passed, evidence: passed ? good : bad };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

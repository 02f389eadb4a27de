import type { Finish } from '#shared/domain/tasks/assignment.ts';
import { rawPromptText } from '#shared/domain/tasks/promptText.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import type { Submission } from '#shared/domain/tasks/task.ts';
import { type Oddity, oddityOf } from './oddities.ts';

export interface Judgement {
  readonly record: QualityRecord;
  readonly oddity: Oddity | null;
  /** The answer claims to be whole and is not the JSON that was asked for: a hard failure (rules 5.1). */
  readonly invalidJson: boolean;
}

type Check = QualityRecord['checks'][number];

/** Score of an answer whose automated checks found nothing; checks that fail take their part off. */
const scores = { clean: 95, unparsed: -20, cutOff: -5, odd: -60 } as const;

/** Judges an answer that passed the hard checks; `parses` is what a `CodeParser` said of its code. Pure. */
export function judgeAnswer(
  submission: Pick<Submission, 'messages' | 'context' | 'responseFormat'>,
  answer: { readonly text: string; readonly finish: Finish },
  parses: boolean | null,
): Judgement {
  const oddity = oddityOf(rawPromptText(submission), answer.text);
  const whole = answer.finish === 'eog' || answer.finish === 'stop';
  const invalidJson =
    answer.finish === 'eog' && submission.responseFormat.type === 'json_schema' && !isJson(answer.text);
  const checks = [
    check('The answer says something', oddity !== 'empty', 'It has text.', 'It is empty.'),
    check('It is not one thing repeated', oddity !== 'repeating', 'No pattern fills it.', 'One pattern fills it.'),
    check('It is not copied from the request', oddity !== 'copied', 'It adds something.', 'It stands in the request.'),
    ...(parses === null ? [] : [check('The code parses', parses, 'The parser accepts it.', 'The parser refuses it.')]),
    check('The answer came to its end', whole, 'The model ended it.', 'It was cut at its limit.'),
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
        evidence: [found.whole ? 'The model ended the answer.' : 'The answer reached its limit.'],
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

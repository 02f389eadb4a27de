import { describe, expect, test } from 'vitest';
import { checkSubmission } from '#coordinator/swarm/intake/checkSubmission.ts';
import { priceTask } from '#coordinator/swarm/intake/priceTask.ts';
import { welcomeTask } from '#coordinator/swarm/intake/welcomeTask.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { Audience, PrivacyClass, Submission, type SubmissionInput } from '#shared/domain/tasks/task.ts';

const submissionOf = (change: Partial<SubmissionInput> = {}) =>
  Submission.parse({
    type: 'code_completion',
    messages: [{ role: 'user', content: 'x' }],
    maxTokens: 100,
    deadlineMs: 10_000,
    ...change,
  });
const facts = { private: false, demandPerMille: 1000n, largestSize: 'tiny' as const };

function codeOf(run: () => unknown): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return error instanceof SwarmError ? `${error.code} ${error.field ?? ''}` : String(error);
  }
}

describe('priceTask', () => {
  test('what only own nodes may run is unpaid in a public swarm; in a private swarm it settles', () => {
    for (const audience of Audience.options) {
      for (const privacy of PrivacyClass.options) {
        const submission = submissionOf({ audience, privacy });
        const own = audience === 'own' || privacy === 'confidential' || privacy === 'restricted';
        expect([audience, privacy, priceTask(submission, 40, facts).hold === 0n]).toEqual([audience, privacy, own]);
        expect(priceTask(submission, 40, { ...facts, private: true }).hold).toBeGreaterThan(0n);
      }
    }
  });

  test('a budget that buys not one token tells what one costs', () => {
    expect(codeOf(() => priceTask(submissionOf({ maxCredits: '0.00001' }), 40, facts))).toBe(
      'budget_too_small submission.maxCredits',
    );
  });
});

describe('checkSubmission', () => {
  test.for([
    ['message_too_large submission.messages', {}, 300_000],
    ['invalid_message submission.maxTokens', { maxTokens: 5000 }, 10],
    ['privacy_violation submission.audience', { audience: 'team' as const }, 10],
    ['unsupported submission.responseFormat', { responseFormat: { type: 'grammar' as const, grammar: 'x' } }, 10],
    ['unsupported submission.responseFormat', { responseFormat: { type: 'json_schema' as const, schema: {} } }, 10],
    ['none', { responseFormat: { type: 'text' as const } }, 10],
    ['none', {}, 10],
  ] as const)('%s', ([code, change, bytes]) => {
    expect(codeOf(() => checkSubmission(submissionOf(change), bytes))).toBe(code);
  });
});

test('the welcome task fits a small model', () => {
  const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
  const task = welcomeTask({ taskId, nodeId: 'node_x', accountId: 'acc_x', sizeClass: 'tiny', now: 5 });
  expect(task.promptBytes + 64 + task.maxTokens).toBeLessThan(384);
  expect(task).toMatchObject({ welcome: true, privacy: 'public', requesterNodeId: null, onlyNodeId: 'node_x' });
});

import { expect, test } from 'vitest';
import { commands } from '#shared/api/commands.ts';
import { fromZodError } from '#shared/domain/errorCodes.ts';
import { Submission } from '#shared/domain/tasks/task.ts';
import { TaskQuote, TaskSubmit } from '#shared/protocol/requesting.ts';

// `minQuality` was accepted and ignored: whoever set it paid for answers below it.
const submission = {
  type: 'chat',
  messages: [{ role: 'user', content: 'Hello' }],
  maxTokens: 8,
  deadlineMs: 10_000,
  minQuality: 90,
};
const taskId = '01HZZZZZZZZZZZZZZZZZZZZZZZ';
const { messages: _messages, ...terms } = submission;

test.each([
  ['the local API', commands['task.submit'].input, { submission }],
  ['a local quote', commands['task.quote'].input, { submission }],
  ['the coordinator', TaskSubmit, { taskId, submission }],
  ['a quote of the coordinator', TaskQuote, { submission: terms, promptBytes: 5 }],
])('%s refuses a condition that it does not know', (_, schema, input) => {
  const { success, error } = schema.safeParse(input);
  expect(success).toBe(false);
  expect(error === undefined ? '' : fromZodError(error).message).toContain('Unrecognized key: "minQuality"');
});

test('a task stored with the field can still be read', () => {
  expect(Submission.parse(submission)).not.toHaveProperty('minQuality');
});

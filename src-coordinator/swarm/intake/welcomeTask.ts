import { holdFor, billedPromptTokens, priceTable, type SizeClass } from '#shared/domain/money/prices.ts';
import { promptBytes, Submission } from '#shared/domain/tasks/task.ts';
import type { NewTask } from '#coordinator/books/records.ts';
import { bodyHash } from './bodyHash.ts';

/** What a newcomer's first task asks for: public, small, and the same for everybody. */
const welcomePrompt = `// Returns the sum of all numbers in a list.
function sum(numbers) {
  let total = 0;
  for (const number of numbers) {`;

const welcomeTokens = 32;
const welcomeDeadlineMs = 24 * 3_600_000;

/** The one task that greets a newcomer, paid from `incentives` (rules 6.8). Pure. */
export function welcomeTask(facts: {
  readonly taskId: string;
  readonly nodeId: string;
  /** Account of the coordinator itself. */
  readonly accountId: string;
  readonly sizeClass: SizeClass;
  readonly now: number;
}): NewTask {
  const submission = Submission.parse({
    type: 'code_completion',
    messages: [{ role: 'user', content: welcomePrompt }],
    language: 'javascript',
    quality: 'fast',
    maxTokens: welcomeTokens,
    deadlineMs: welcomeDeadlineMs,
    priority: 'low',
    privacy: 'public',
    title: 'Welcome task',
  });
  const bytes = promptBytes(submission);
  const demand = priceTable.demandPerMille.neutral;
  return {
    taskId: facts.taskId,
    accountId: facts.accountId,
    requesterNodeId: null,
    bodyHash: bodyHash(submission),
    welcome: true,
    onlyNodeId: facts.nodeId,
    submission,
    type: submission.type,
    language: submission.language,
    privacy: submission.privacy,
    audience: submission.audience,
    priority: submission.priority,
    promptBytes: bytes,
    maxTokens: welcomeTokens,
    model: null,
    tariffQuality: submission.quality,
    demandPerMille: demand,
    priceVersion: priceTable.version,
    largestSize: facts.sizeClass,
    highestLevel: 'master',
    hold: holdFor({
      tariff: { sizeClass: facts.sizeClass, quality: submission.quality, demandPerMille: demand },
      maxTokens: welcomeTokens,
      promptTokens: billedPromptTokens(bytes),
      highestLevel: 'master',
    }),
    createdAt: facts.now,
    expiresAt: facts.now + welcomeDeadlineMs,
    parents: [],
  };
}

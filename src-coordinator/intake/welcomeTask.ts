import { createHash } from 'node:crypto';
import { holdFor, billedPromptTokens, priceTable, type SizeClass } from '#shared/domain/prices.ts';
import { promptBytes, Submission } from '#shared/domain/task.ts';
import type { NewTask } from '#coordinator/store/CoordinatorStore.ts';
import { bodyHash } from './bodyHash.ts';

/** What a newcomer's first task asks for: public, small, and the same for everybody. */
const welcomePrompt = `// Returns the sum of all numbers in a list.
function sum(numbers) {
  let total = 0;
  for (const number of numbers) {`;

const welcomeTokens = 32;
const welcomeDeadlineMs = 24 * 3_600_000;

/** The one task that greets a newcomer, paid from `incentives` (RULES 6). `guest` is its node or account. Pure. */
export function welcomeTask(facts: {
  readonly guest: string;
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
    taskId: idFrom(`open-swarm/welcome/v1|${facts.guest}`),
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

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** An id in the form of a ULID that is always the same for one guest: nobody is welcomed twice. */
function idFrom(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  const letters = Array.from({ length: 26 }, (_, index) => crockford[(hash[index] ?? 0) % 32] ?? '0').join('');
  return `${'01234567'[(hash[0] ?? 0) % 8] ?? '0'}${letters.slice(1)}`;
}

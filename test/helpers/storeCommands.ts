import type { NewChunk } from '#coordinator/books/commands/appendChunk.ts';
import type { NewAssignment } from '#coordinator/books/commands/assignTask.ts';
import type { EnrolNode } from '#coordinator/books/commands/enrolNode.ts';
import type { FinishTask } from '#coordinator/books/commands/finishTask.ts';
import type { SegmentJudgement } from '#coordinator/books/tasks/judgement.ts';
import type { NewTask } from '#coordinator/books/records.ts';
import { createSigningKey, keyId, type SigningKey } from '#node/keys/keys.ts';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { billedPromptTokens, holdFor } from '#shared/domain/money/prices.ts';
import type { QualityRecord } from '#shared/domain/tasks/quality.ts';
import { Submission } from '#shared/domain/tasks/task.ts';

/** A person with one node, as the store knows them. */
export interface Member {
  readonly accountId: string;
  readonly accountKey: string;
  readonly nodeId: string;
  readonly nodeKey: string;
}

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A valid ULID that says its number. */
export function ulidOf(number: number): string {
  let rest = number;
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = (crockford[rest % 32] ?? '0') + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

export function newMember(node: SigningKey = createSigningKey()): Member {
  const accountKey = createSigningKey().publicKey;
  const nodeKey = node.publicKey;
  return { accountId: keyId('acc', accountKey), accountKey, nodeId: keyId('node', nodeKey), nodeKey };
}

export function enrolment(member: Member, grant = '100', now = 1000): EnrolNode {
  return {
    account: { accountId: member.accountId, accountKey: member.accountKey },
    node: {
      nodeId: member.nodeId,
      nodeKey: member.nodeKey,
      name: 'Desk',
      pseudonym: `brisk-otter-${member.nodeId.slice(5, 8)}`,
      addressPrefix: '203.0.113',
      hardwareFingerprint: '',
      status: 'approved',
    },
    grant: parseCredits(grant),
    token: { jti: `token-${member.nodeId}`, expires: now + 1e9 },
    now,
  };
}

export function newTask(requester: Member, number: number, changes: Partial<NewTask> = {}): NewTask {
  const maxTokens = changes.maxTokens ?? 64;
  const promptBytes = 40;
  const tariff = { sizeClass: 'tiny', quality: 'balanced', demandPerMille: 1000n } as const;
  const promptTokens = billedPromptTokens(promptBytes);
  return {
    taskId: ulidOf(number),
    accountId: requester.accountId,
    requesterNodeId: requester.nodeId,
    bodyHash: `hash-${number}`,
    welcome: false,
    onlyNodeId: null,
    submission: Submission.parse({
      type: 'code_completion',
      messages: [{ role: 'user', content: 'function add(a, b) {' }],
      maxTokens,
      deadlineMs: 20_000,
    }),
    type: 'code_completion',
    language: 'javascript',
    privacy: 'internal',
    audience: 'anyone',
    priority: 'medium',
    promptBytes,
    maxTokens,
    model: null,
    tariffQuality: tariff.quality,
    demandPerMille: tariff.demandPerMille,
    priceVersion: 1,
    largestSize: tariff.sizeClass,
    highestLevel: 'master',
    hold: holdFor({ tariff, maxTokens, promptTokens, highestLevel: 'master' }),
    createdAt: 2000,
    expiresAt: 22_000,
    parents: [],
    ...changes,
  };
}

export function newAssignment(
  taskId: string,
  worker: Member,
  number: number,
  changes: Partial<NewAssignment> = {},
): NewAssignment {
  return {
    assignmentId: ulidOf(number),
    taskId,
    kind: 'work',
    nodeId: worker.nodeId,
    accountId: worker.accountId,
    modelDigest: 'a'.repeat(64),
    modelName: 'Starter',
    sizeClass: 'tiny',
    shape: { vocabSize: 1000, eogIds: [2], contextSize: 2048, sizeClass: 'tiny' },
    level: 'novice',
    sampler: { mode: 'greedy', temperature: 0, minP: 0.05, maxTokens: 64, stop: [] },
    seed: 7,
    estimateMs: 500,
    assignedAt: 3000,
    ...changes,
  };
}

/** A chunk with these ids; its text is one letter per id. */
export function newChunk(assignmentId: string, from: number, ids: readonly number[]): NewChunk {
  return {
    assignmentId,
    ...(from === 0 ? { promptIds: [1, 2, 3] } : {}),
    from,
    ids,
    text: ids.map((id) => String.fromCodePoint(97 + (id % 26))).join(''),
    chain: 'A'.repeat(43),
    signature: 'B'.repeat(86),
    now: 3500,
  };
}

export function qualityOf(score: number): QualityRecord {
  return {
    score,
    method: 'automated',
    dimensions: { correctness: null, efficiency: null, maintainability: null, security: null, completeness: null },
    checks: [],
    reviewers: [],
    consensusStrength: null,
    cost: null,
  };
}

export function acceptedSegment(assignmentId: string, changes: Partial<SegmentJudgement> = {}): SegmentJudgement {
  return {
    assignmentId,
    event: 'accept',
    finish: 'eog',
    accepted: true,
    reason: null,
    quality: qualityOf(100),
    evidence: { kind: 'settled', onTime: true },
    ...changes,
  };
}

export function rejectedSegment(assignmentId: string): SegmentJudgement {
  return acceptedSegment(assignmentId, {
    event: 'reject',
    accepted: false,
    reason: 'The chain does not fit.',
    quality: null,
    evidence: { kind: 'failed', weight: 1 },
  });
}

export function completion(taskId: string, segments: readonly SegmentJudgement[]): FinishTask {
  return {
    taskId,
    event: 'complete',
    finish: 'eog',
    partial: false,
    quality: qualityOf(100),
    reason: null,
    segments,
    promptPriceTo: null,
    now: 4000,
  };
}

export function cancellation(taskId: string, changes: Partial<FinishTask> = {}): FinishTask {
  return { ...completion(taskId, []), event: 'cancel', finish: null, quality: null, reason: 'Cancelled.', ...changes };
}

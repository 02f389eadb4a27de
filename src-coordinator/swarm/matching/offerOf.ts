import { formatCredits } from '#shared/domain/money/credits.ts';
import { billedPromptTokens, rewardOf } from '#shared/domain/money/prices.ts';
import type { PayloadFor, ToNode } from '#shared/protocol/messages.ts';
import type { Candidate } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import type { Ticket } from './Ticket.ts';

/** The offer of a ticket to a node: everything but the text (rules 4.6). `now` is monotonic. Pure. */
export function offerOf(
  { facts, terms }: Ticket,
  { node, model }: Candidate,
  { assignmentId, now }: { readonly assignmentId: string; readonly now: number },
): PayloadFor<ToNode, 'task:offer'> {
  const reward = rewardOf({
    tariff: { sizeClass: model.shape.sizeClass, quality: facts.quality, demandPerMille: facts.demandPerMille },
    outputTokens: terms.maxTokens,
    promptTokens: billedPromptTokens(terms.promptBytes),
    promptPart: { part: 1, whole: 1 },
    qualityScore: 100,
    level: node.reputation.level,
  });
  return {
    assignmentId,
    type: facts.type,
    language: facts.language,
    quality: facts.quality,
    promptBytes: terms.promptBytes,
    maxTokens: terms.maxTokens,
    modelDigest: model.digest,
    reward: formatCredits(terms.paid ? reward : 0n),
    deadlineMs: Math.max(1, Math.round(terms.deadline - now)),
    privacy: facts.privacy,
    own: facts.accountId === node.accountId,
  };
}

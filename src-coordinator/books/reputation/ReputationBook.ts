import type { Appends } from '#coordinator/books/Appends.ts';
import type { Nodes } from '#coordinator/books/members/Nodes.ts';
import type { Rows } from '#coordinator/books/Rows.ts';
import {
  type Reputation,
  type ReputationEvidence,
  type ReputationState,
  reputationFormula,
  reputationOf,
  withEvidence,
} from '#shared/domain/swarm/reputation.ts';

/** Evidence that an ended assignment gives about its node. */
export type AssignmentEvidence =
  | { readonly kind: 'settled'; readonly onTime: boolean; readonly automated: number }
  | { readonly kind: 'failed'; readonly weight: number };

/** Key of the row that counts a node's settled work for a requester. */
export function pairKey(nodeId: string, accountId: string): string {
  return `${nodeId}|${accountId}`;
}

/** Records every change of a node's reputation with the version of the formula that computed it. */
export class ReputationBook {
  readonly #pairs: Rows['pairs'];
  readonly #appends: Appends;
  readonly #nodes: Nodes;

  constructor(rows: Pick<Rows, 'pairs'>, appends: Appends, nodes: Nodes) {
    this.#pairs = rows.pairs;
    this.#appends = appends;
    this.#nodes = nodes;
  }

  /** Applies evidence about a node; undefined when there is no such node. */
  apply(work: {
    nodeId: string;
    assignmentId: string;
    requester: string;
    evidence: AssignmentEvidence;
    now: number;
  }): { reputation: Reputation; state: ReputationState } | undefined {
    const { nodeId, assignmentId, now } = work;
    const before = this.#nodes.get(nodeId)?.reputation;
    if (before === undefined) return undefined;
    const state = withEvidence(before, this.#countedEvidence(work), now);
    const reputation = reputationOf(state, now);
    this.#nodes.saveReputation(nodeId, state);
    const { kind } = work.evidence;
    const { score, level } = reputation;
    this.#appends.reputationChange({
      nodeId,
      assignmentId,
      at: now,
      formula: reputationFormula.version,
      kind,
      score,
      level,
    });
    return { reputation, state };
  }

  /** Adds how much work the node settled for the requester before, and counts this one. */
  #countedEvidence(work: { nodeId: string; requester: string; evidence: AssignmentEvidence }): ReputationEvidence {
    if (work.evidence.kind === 'failed') return work.evidence;
    const pair = pairKey(work.nodeId, work.requester);
    const earlierFromRequester = this.#pairs.get(pair) ?? 0;
    this.#pairs.set(pair, earlierFromRequester + 1);
    return { ...work.evidence, earlierFromRequester };
  }
}

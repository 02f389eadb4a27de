import type { SqliteDatabase } from '#node/openDatabase.ts';
import {
  type Reputation,
  type ReputationEvidence,
  type ReputationState,
  reputationFormula,
  reputationOf,
  withEvidence,
} from '#shared/domain/reputation.ts';

/** Where the state of each node is kept. */
export interface ReputationStates {
  reputation(nodeId: string): ReputationState | undefined;
  saveReputation(nodeId: string, state: ReputationState): void;
}

/** What an ended assignment says about its node. */
export type AssignmentEvidence =
  | { readonly kind: 'settled'; readonly onTime: boolean; readonly automated: number }
  | { readonly kind: 'failed'; readonly weight: number };

/** Keeps every change of a node's reputation with the version of the formula that made it. */
export class ReputationBook {
  readonly #states: ReputationStates;
  readonly #countPair;
  readonly #insertChange;

  constructor(database: SqliteDatabase, states: ReputationStates) {
    this.#states = states;
    this.#countPair = database
      .prepare<[string, string], number>(
        `INSERT INTO settled_pairs (node_id, account_id, count) VALUES (?, ?, 1)
         ON CONFLICT (node_id, account_id) DO UPDATE SET count = count + 1 RETURNING count`,
      )
      .pluck();
    this.#insertChange = database.prepare(
      `INSERT INTO reputation_changes (node_id, assignment_id, at, formula, kind, score, level)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** Applies evidence inside the transaction of whoever has it; undefined when there is no such node. */
  apply(work: {
    nodeId: string;
    assignmentId: string;
    requester: string;
    evidence: AssignmentEvidence;
    now: number;
  }): { reputation: Reputation; state: ReputationState } | undefined {
    const { nodeId, now } = work;
    const before = this.#states.reputation(nodeId);
    if (before === undefined) return undefined;
    const state = withEvidence(before, this.#full(work), now);
    const reputation = reputationOf(state, now);
    this.#states.saveReputation(nodeId, state);
    const { kind } = work.evidence;
    const { score, level } = reputation;
    this.#insertChange.run(nodeId, work.assignmentId, now, reputationFormula.version, kind, score, level);
    return { reputation, state };
  }

  #full(work: { nodeId: string; requester: string; evidence: AssignmentEvidence }): ReputationEvidence {
    if (work.evidence.kind === 'failed') return work.evidence;
    const count = this.#countPair.get(work.nodeId, work.requester) ?? 1;
    return { ...work.evidence, earlierFromRequester: count - 1 };
  }
}

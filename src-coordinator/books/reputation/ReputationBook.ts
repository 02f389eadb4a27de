import { Rows } from '#coordinator/storage/commit/Rows.ts';
import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import {
  type Reputation,
  type ReputationEvidence,
  type ReputationState,
  reputationFormula,
  reputationOf,
  withEvidence,
} from '#shared/domain/swarm/reputation.ts';

/** Where the state of each node is kept. */
export interface ReputationStates {
  reputation(nodeId: string): ReputationState | undefined;
  saveReputation(nodeId: string, state: ReputationState): void;
}

/** What an ended assignment says about its node. */
export type AssignmentEvidence =
  | { readonly kind: 'settled'; readonly onTime: boolean; readonly automated: number }
  | { readonly kind: 'failed'; readonly weight: number };

const insertPair = 'INSERT INTO settled_pairs (count, node_id, account_id) VALUES (?, ?, ?)';
const updatePair = 'UPDATE settled_pairs SET count = ? WHERE node_id = ? AND account_id = ?';
const insertChange = `INSERT INTO reputation_changes (node_id, assignment_id, at, formula, kind, score, level)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Pairs of node and requester whose count is remembered. */
const mostRemembered = 50_000;

/** Keeps every change of a node's reputation with the version of the formula that made it. */
export class ReputationBook {
  readonly #unit: UnitOfWork;
  readonly #states: ReputationStates;
  /** Settled work by `<node>|<requester>`. */
  readonly #pairs: Rows<number>;

  constructor(database: SqliteDatabase, unit: UnitOfWork, states: ReputationStates) {
    this.#unit = unit;
    this.#states = states;
    const count = database
      .prepare<string[], number>('SELECT count FROM settled_pairs WHERE node_id = ? AND account_id = ?')
      .pluck();
    this.#pairs = new Rows(unit, {
      most: mostRemembered,
      read: (pair) => count.get(...pair.split('|')),
      write: (pair, after, before) =>
        unit.write(before === undefined ? insertPair : updatePair, [after, ...pair.split('|')]),
    });
  }

  /** Applies evidence inside the unit of work of whoever has it; undefined when there is no such node. */
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
    const { version } = reputationFormula;
    this.#unit.write(insertChange, [nodeId, work.assignmentId, now, version, kind, score, level]);
    return { reputation, state };
  }

  #full(work: { nodeId: string; requester: string; evidence: AssignmentEvidence }): ReputationEvidence {
    if (work.evidence.kind === 'failed') return work.evidence;
    const pair = `${work.nodeId}|${work.requester}`;
    const earlier = this.#pairs.get(pair);
    if (earlier === undefined) this.#pairs.insert(pair, 1);
    else this.#pairs.set(pair, earlier + 1);
    return { ...work.evidence, earlierFromRequester: earlier ?? 0 };
  }
}

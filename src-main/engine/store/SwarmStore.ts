import { Balances } from '#shared/domain/money/accountBook.ts';
import { Reputation, ReputationState } from '#shared/domain/swarm/reputation.ts';
import { fromJson, toFlag } from './sqlValues.ts';
import type { Db } from './storeContract.ts';

/** A swarm that was joined at some time. The key of its coordinator was pinned at the first join. */
export interface SwarmRecord {
  readonly swarmId: string;
  readonly address: string;
  readonly name: string;
  /** The coordinator's raw Ed25519 public key, base64url. */
  readonly publicKey: string;
  readonly private: boolean;
  readonly ownCoordinator: boolean;
  /** The owner accepted an unencrypted connection on the local network. */
  readonly allowPlain: boolean;
  /** Encrypted secret of a private swarm. */
  readonly sealedSecret: string | null;
  readonly sealedToken: string | null;
  readonly tokenIssued: number | null;
  readonly tokenExpires: number | null;
  /** Id of the ledger entry up to which all entries have been read. */
  readonly ledgerCursor: number;
  readonly balances: Balances | null;
  readonly reputation: Reputation | null;
  readonly reputationState: ReputationState | null;
  readonly joinedAt: number;
  readonly leftAt: number | null;
}

/** The fields that a join sets. */
export type JoinedSwarm = Pick<
  SwarmRecord,
  | 'swarmId'
  | 'address'
  | 'name'
  | 'publicKey'
  | 'private'
  | 'ownCoordinator'
  | 'allowPlain'
  | 'sealedSecret'
  | 'sealedToken'
  | 'tokenIssued'
  | 'tokenExpires'
  | 'joinedAt'
>;

interface SwarmRow {
  swarm_id: string;
  address: string;
  name: string;
  public_key: string;
  private: number;
  own_coordinator: number;
  allow_plain: number;
  sealed_secret: string | null;
  sealed_token: string | null;
  token_issued: number | null;
  token_expires: number | null;
  ledger_cursor: number;
  balances: string | null;
  reputation: string | null;
  reputation_state: string | null;
  joined_at: number;
  left_at: number | null;
}

/** Swarms by id. One that was left keeps its row, so that its key stays pinned and its history readable. */
export class SwarmStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  get(swarmId: string): SwarmRecord | undefined {
    const row = this.#db.prepare<[string], SwarmRow>('SELECT * FROM swarms WHERE swarm_id = ?').get(swarmId);
    return row === undefined ? undefined : toRecord(row);
  }

  list(): SwarmRecord[] {
    return this.#db.prepare<[], SwarmRow>('SELECT * FROM swarms ORDER BY joined_at').all().map(toRecord);
  }

  /** Adds a swarm, or rejoins it; keeps balances and reputation from an earlier membership. */
  join(swarm: JoinedSwarm): void {
    this.#db
      .prepare(
        `INSERT INTO swarms (swarm_id, address, name, public_key, private, own_coordinator, allow_plain,
           sealed_secret, sealed_token, token_issued, token_expires, joined_at)
         VALUES (@swarmId, @address, @name, @publicKey, @private, @ownCoordinator, @allowPlain,
           @sealedSecret, @sealedToken, @tokenIssued, @tokenExpires, @joinedAt)
         ON CONFLICT (swarm_id) DO UPDATE SET address = excluded.address, own_coordinator = excluded.own_coordinator,
           allow_plain = excluded.allow_plain, sealed_secret = excluded.sealed_secret,
           sealed_token = excluded.sealed_token, token_issued = excluded.token_issued,
           token_expires = excluded.token_expires, left_at = NULL`,
      )
      .run({
        ...swarm,
        private: toFlag(swarm.private),
        ownCoordinator: toFlag(swarm.ownCoordinator),
        allowPlain: toFlag(swarm.allowPlain),
      });
  }

  leave(swarmId: string, at: number): void {
    this.#db.prepare('UPDATE swarms SET left_at = ? WHERE swarm_id = ?').run(at, swarmId);
  }

  /** Stores the name and privacy that the coordinator sends at each session. */
  describe(swarmId: string, name: string, isPrivate: boolean): void {
    this.#db
      .prepare('UPDATE swarms SET name = ?, private = ? WHERE swarm_id = ?')
      .run(name, toFlag(isPrivate), swarmId);
  }

  move(swarmId: string, address: string): void {
    this.#db.prepare('UPDATE swarms SET address = ? WHERE swarm_id = ?').run(address, swarmId);
  }

  saveToken(swarmId: string, token: { sealed: string; issued: number; expires: number }): void {
    this.#db
      .prepare('UPDATE swarms SET sealed_token = ?, token_issued = ?, token_expires = ? WHERE swarm_id = ?')
      .run(token.sealed, token.issued, token.expires, swarmId);
  }

  saveLedgerCursor(swarmId: string, entryId: number): void {
    this.#db.prepare('UPDATE swarms SET ledger_cursor = ? WHERE swarm_id = ?').run(entryId, swarmId);
  }

  saveBalances(swarmId: string, balances: Balances): void {
    this.#db.prepare('UPDATE swarms SET balances = ? WHERE swarm_id = ?').run(JSON.stringify(balances), swarmId);
  }

  saveReputation(swarmId: string, reputation: Reputation, state: ReputationState): void {
    this.#db
      .prepare('UPDATE swarms SET reputation = ?, reputation_state = ? WHERE swarm_id = ?')
      .run(JSON.stringify(reputation), JSON.stringify(state), swarmId);
  }

  /** Deletes what belonged to the former account and node, after the identity has changed. */
  forgetStanding(swarmId: string): void {
    this.#db.prepare('DELETE FROM event_cursors WHERE swarm_id = ?').run(swarmId);
    this.#db
      .prepare(
        `UPDATE swarms SET ledger_cursor = 0, balances = NULL, reputation = NULL, reputation_state = NULL,
           sealed_token = NULL, token_issued = NULL, token_expires = NULL WHERE swarm_id = ?`,
      )
      .run(swarmId);
  }
}

function toRecord(row: SwarmRow): SwarmRecord {
  return {
    swarmId: row.swarm_id,
    address: row.address,
    name: row.name,
    publicKey: row.public_key,
    private: row.private === 1,
    ownCoordinator: row.own_coordinator === 1,
    allowPlain: row.allow_plain === 1,
    sealedSecret: row.sealed_secret,
    sealedToken: row.sealed_token,
    tokenIssued: row.token_issued,
    tokenExpires: row.token_expires,
    ledgerCursor: row.ledger_cursor,
    balances: fromJson(Balances, row.balances),
    reputation: fromJson(Reputation, row.reputation),
    reputationState: fromJson(ReputationState, row.reputation_state),
    joinedAt: row.joined_at,
    leftAt: row.left_at,
  };
}

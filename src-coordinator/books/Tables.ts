import { type SigningKey, keyId } from '#node/keys/keys.ts';
import type { Appends } from './Appends.ts';
import { AuditLog } from './AuditLog.ts';
import { EventLog } from './events/EventLog.ts';
import { Nodes } from './members/Nodes.ts';
import { Balances } from './money/Balances.ts';
import { Journal } from './money/Journal.ts';
import { Receipts } from './money/Receipts.ts';
import { ReputationBook } from './reputation/ReputationBook.ts';
import type { Need, Rows } from './Rows.ts';
import { Assignments } from './tasks/Assignments.ts';
import { Tasks } from './tasks/Tasks.ts';
import type { Undo } from './Undo.ts';

/** The tables that rules read and change. */
export interface Tables {
  /** Rows that only one command reads. */
  readonly rows: Pick<Rows, 'dueRewards' | 'oldTexts'>;
  readonly need: Need;
  readonly appends: Appends;
  readonly nodes: Nodes;
  readonly tasks: Tasks;
  readonly assignments: Assignments;
  readonly events: EventLog;
  readonly audit: AuditLog;
  readonly journal: Journal;
  readonly balances: Balances;
  readonly reputation: ReputationBook;
  /** The coordinator's own account, which pays welcome tasks. */
  readonly ownAccount: string;
  readonly private: boolean;
  /** Signs receipts and numbers events; the last step of a commit. */
  seal(): void;
}

/** Creates the tables over the rows of a storage. */
export function tablesOver(
  storage: { readonly rows: Rows; readonly need: Need; readonly appends: Appends; readonly undo: Undo },
  swarm: { readonly swarmId: string; readonly signingKey: SigningKey; readonly private: boolean },
): Tables {
  const { rows, need, appends } = storage;
  const nodes = new Nodes(rows);
  const balances = new Balances(rows);
  const receipts = new Receipts(rows, storage, swarm);
  const events = new EventLog(rows, storage);
  return {
    rows,
    need,
    appends,
    nodes,
    tasks: new Tasks(rows, appends),
    assignments: new Assignments(rows),
    events,
    audit: new AuditLog(rows, appends),
    journal: new Journal(rows, appends, { balances, receipts }),
    balances,
    reputation: new ReputationBook(rows, appends, nodes),
    ownAccount: keyId('acc', swarm.signingKey.publicKey),
    private: swarm.private,
    seal() {
      receipts.seal();
      events.seal();
    },
  };
}

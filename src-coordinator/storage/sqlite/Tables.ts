import type { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import { BalanceTable } from '#coordinator/books/money/BalanceTable.ts';
import { Journal } from '#coordinator/books/money/Journal.ts';
import { Receipts } from '#coordinator/books/money/Receipts.ts';
import { ReputationBook } from '#coordinator/books/reputation/ReputationBook.ts';
import { type SigningKey, keyId } from '#node/keys.ts';
import type { SqliteDatabase } from '#node/openDatabase.ts';
import type { TaskView } from '#shared/domain/tasks/taskView.ts';
import { AssignmentTable } from './AssignmentTable.ts';
import { AuditLog } from './AuditLog.ts';
import { ChunkTable } from './ChunkTable.ts';
import { EventLog } from './EventLog.ts';
import { NodeTable } from './NodeTable.ts';
import { TaskTable } from './TaskTable.ts';
import type { AssignmentRecord, TaskRecord } from '#coordinator/books/records.ts';
import { isPartOfAnswer, taskView } from '#coordinator/books/taskView.ts';

/** Everything that the store's commands work on, over one database. */
export interface Tables {
  readonly nodes: NodeTable;
  readonly tasks: TaskTable;
  readonly assignments: AssignmentTable;
  readonly chunks: ChunkTable;
  readonly events: EventLog;
  readonly audit: AuditLog;
  readonly journal: Journal;
  readonly balances: BalanceTable;
  readonly receipts: Receipts;
  readonly reputation: ReputationBook;
  /** The coordinator's own account, which pays welcome tasks. */
  readonly ownAccount: string;
  readonly private: boolean;
}

/** Prepares the tables of an opened database. Their order is the one in which changed rows are written: parents first. */
export function prepareTables(
  database: SqliteDatabase,
  unit: UnitOfWork,
  swarm: { swarmId: string; signingKey: SigningKey; private: boolean },
): Tables {
  const nodes = new NodeTable(database, unit);
  const tasks = new TaskTable(database, unit);
  const assignments = new AssignmentTable(database, unit);
  const chunks = new ChunkTable(database, unit);
  const balances = new BalanceTable(database, unit);
  const receipts = new Receipts(database, unit, swarm);
  const answerOf = (taskId: string): { view: TaskView; text: string } | undefined => {
    const task = tasks.get(taskId);
    if (task === undefined) return undefined;
    const parts = assignments.ofTask(taskId);
    return { view: taskView(task, parts, (nodeId) => nodes.pseudonym(nodeId)), text: textOf(task, parts, chunks) };
  };
  return {
    nodes,
    tasks,
    assignments,
    chunks,
    events: new EventLog(database, unit, { nodes, receipts, answerOf }),
    audit: new AuditLog(database, unit),
    journal: new Journal(database, unit, { balances, receipts }),
    balances,
    receipts,
    reputation: new ReputationBook(database, unit, nodes),
    ownAccount: keyId('acc', swarm.signingKey.publicKey),
    private: swarm.private,
  };
}

/** Text of a task's present answer; '' when there is none or when it was deleted. */
function textOf(task: TaskRecord, assignments: readonly AssignmentRecord[], chunks: ChunkTable): string {
  return assignments
    .filter((assignment) => isPartOfAnswer(task, assignment))
    .map(({ assignmentId }) => chunks.text(assignmentId))
    .join('');
}

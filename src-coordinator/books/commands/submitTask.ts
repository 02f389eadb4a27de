import { holdLegs } from '#coordinator/books/money/settlement.ts';
import type { MicroCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { PrivacyClass, isTaskOver } from '#shared/domain/tasks/task.ts';
import type { Command } from '#coordinator/books/Books.ts';
import type { NewTask, TaskRecord } from '#coordinator/books/records.ts';
import type { Tables } from '#coordinator/books/Tables.ts';
import { tellEntries } from '#coordinator/books/events/tell.ts';

export type SubmitOutcome =
  | { kind: 'accepted'; task: TaskRecord }
  /** The same id and body are already stored: the reply is the same, and nothing is held twice. */
  | { kind: 'known'; task: TaskRecord }
  | { kind: 'mismatch' }
  /** The id belongs to another account or, for a welcome task, this node or account has had one already. */
  | { kind: 'taken' }
  | { kind: 'insufficient'; balance: MicroCredits }
  | { kind: 'parent_unusable'; parentId: string };

/** Stores a task and holds its price, once per id. Throws a SwarmError `not_enrolled`. */
export function submitTask(task: NewTask, now: number): Command<SubmitOutcome> {
  const { taskId, accountId, onlyNodeId, parents } = task;
  return {
    kind: 'submitTask',
    input: task,
    rows: {
      tasks: [taskId, ...parents],
      children: parents,
      accounts: [accountId],
      ...(onlyNodeId === null ? {} : { nodes: [onlyNodeId] }),
      userBalances: [accountId],
      systemBalances: task.welcome ? ['incentives'] : [],
      heads: ['journal'],
    },
    rule: (tables) => submit(tables, task, now),
  };
}

function submit(tables: Tables, task: NewTask, now: number): SubmitOutcome {
  const known = tables.tasks.get(task.taskId);
  if (known !== undefined) return sameTask(tables, known, task);
  if (tables.nodes.account(task.accountId) === undefined) throw new SwarmError('not_enrolled');
  const recipient = task.welcome ? welcomeRecipient(tables, task) : undefined;
  if (recipient !== undefined && tables.tasks.hasWelcome(recipient)) return { kind: 'taken' };
  const parents = new Map(task.parents.map((parentId) => [parentId, tables.tasks.get(parentId)]));
  const unusable = [...parents].find(([, parent]) => !isUsableParent(task, parent));
  if (unusable !== undefined) return { kind: 'parent_unusable', parentId: unusable[0] };
  const balance = task.welcome ? tables.balances.system('incentives') : tables.balances.user(task.accountId).available;
  if (balance < task.hold) return { kind: 'insufficient', balance };

  const waits = [...parents.values()].some((parent) => parent?.status !== 'completed');
  const status = waits ? 'blocked' : 'queued';
  const stored = { ...task, parents: [...parents.keys()] };
  const record = tables.tasks.insert(stored, status);
  tables.assignments.expect(task.taskId);
  if (recipient !== undefined) tables.tasks.welcome(recipient, task.taskId);
  const posted = tables.journal.post({
    at: now,
    category: task.welcome ? 'welcome' : 'hold',
    reference: `hold:${task.taskId}`,
    taskId: task.taskId,
    nodeId: task.requesterNodeId,
    priceVersion: task.priceVersion,
    legs: holdLegs(task.accountId, task.welcome, task.hold),
  });
  tellEntries(tables, posted, [{ accountId: task.accountId, nodeId: task.requesterNodeId }]);
  return { kind: 'accepted', task: record };
}

function sameTask(tables: Tables, known: TaskRecord, task: NewTask): SubmitOutcome {
  if (known.accountId !== task.accountId) return { kind: 'taken' };
  if (known.bodyHash !== task.bodyHash) return { kind: 'mismatch' };
  return { kind: 'known', task: tables.tasks.getWithText(task.taskId) ?? known };
}

/** Id of the recipient of a welcome task: the node in a private swarm, its account in a public one (rules 6.8). */
function welcomeRecipient(tables: Tables, task: NewTask): string {
  const node = task.onlyNodeId === null ? undefined : tables.nodes.get(task.onlyNodeId);
  if (node === undefined || task.accountId !== tables.ownAccount) {
    throw new SwarmError('conflict', 'A welcome task is for one enrolled node, from the coordinator itself.');
  }
  return tables.private ? node.nodeId : node.accountId;
}

function strictness(privacy: PrivacyClass): number {
  return PrivacyClass.options.indexOf(privacy);
}

/** A parent must be an earlier task of the same account, with no stricter privacy class, that completed or still may. */
function isUsableParent(task: NewTask, parent: TaskRecord | undefined): boolean {
  if (parent === undefined || parent.accountId !== task.accountId) return false;
  if (strictness(parent.privacy) > strictness(task.privacy)) return false;
  return parent.status === 'completed' || !isTaskOver(parent.status);
}

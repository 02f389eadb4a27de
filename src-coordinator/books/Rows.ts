import type { AccountRecord, StoredAssignment, StoredNode, TaskRecord, TokenRecord, UserBalances } from './records.ts';

/** The newest entry or line of a hash chain, which the next one continues. */
export interface ChainHead {
  /** Number of the newest one; 0 when there is none. */
  readonly id: number;
  readonly hash: Uint8Array;
}

/** A reward that is held back and could be due. */
export interface DueReward {
  readonly assignmentId: string;
  readonly taskId: string;
}

/** Every kind of row that a rule may read. */
export interface RowKinds {
  /** By account id. */
  readonly accounts: AccountRecord;
  /** By node id. */
  readonly nodes: StoredNode;
  /** When nodes of one address prefix were enrolled (UTC milliseconds), the newest first and at most a thousand; by prefix. */
  readonly enrolments: readonly number[];
  /** By `jti`. */
  readonly tokens: TokenRecord;
  /** Without their texts; by task id. */
  readonly tasks: TaskRecord;
  /** Submissions as JSON; by task id. */
  readonly texts: string;
  /** Ids of the tasks that wait for this one; by task id. */
  readonly children: readonly string[];
  /** Welcome tasks; by the node or account they are for. */
  readonly welcomes: string;
  /** All assignments of a task, in the order of their places in the answer; by task id. */
  readonly assignments: readonly StoredAssignment[];
  /** The task of an assignment; by assignment id. */
  readonly tasksOfAssignments: string;
  /** By account id. */
  readonly userBalances: UserBalances;
  /** In micro-credits; by name of the swarm's own account. */
  readonly systemBalances: bigint;
  /** True for every reference that the journal has used. */
  readonly references: true;
  /** How many settled pieces of work a node did for a requester; by `<node>|<account>`. */
  readonly pairs: number;
  /** Heads of the hash chains; by `journal` or `audit`. */
  readonly heads: ChainHead;
  /** Last number used; by `commit` or `event`. */
  readonly counters: number;
  /** Some rewards that could be paid out; by the time in UTC milliseconds, as text. */
  readonly dueRewards: readonly DueReward[];
  /** Some tasks with texts that ended before a time; by that time in UTC milliseconds, as text. */
  readonly oldTexts: readonly string[];
}

/** Keys of rows to load, by kind. */
export type RowNames = { readonly [K in keyof RowKinds]?: readonly string[] };

/** The rows of one kind as a rule sees them: with everything that earlier commands of the same commit changed. */
export interface Table<T> {
  /**
   * The row, or undefined when there is none. A row that was not loaded is loaded now: the rule is undone and run again,
   * so naming it beforehand saves time and changes nothing else.
   */
  get(key: string): T | undefined;
  /** The row as far as it is remembered: undefined also when it was not loaded. */
  known(key: string): T | undefined;
  /** Inserts or changes a row. Values are never changed in place. */
  set(key: string, value: T): void;
  /** The same for a row of which the caller knows that there is none yet: it is not looked for. */
  insert(key: string, value: T): void;
  /** Changes a row that is there; does nothing when there is none. */
  change(key: string, change: (value: T) => T): void;
  /** Deletes a row; whether there is one is not looked for. */
  remove(key: string): void;
}

/** Asks for rows that a rule is about to look at, so that those which are not loaded are loaded in one go. */
export type Need = (names: RowNames) => void;

/** All rows, as rules see them. */
export type Rows = { readonly [K in keyof RowKinds]: Table<RowKinds[K]> };

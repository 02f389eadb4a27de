import type { AccountRecord, StoredAssignment, StoredNode, TaskRecord, TokenRecord, UserBalances } from './records.ts';

/** The newest entry or line of a hash chain, which the next one extends. */
export interface ChainHead {
  /** Number of the newest one; 0 when there is none. */
  readonly id: number;
  readonly hash: Uint8Array;
}

/** A pending reward that may be due. */
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
  /** Number of a node's settled assignments for a requester; by `<node>|<account>`. */
  readonly pairs: number;
  /** Heads of the hash chains; by `journal` or `audit`. */
  readonly heads: ChainHead;
  /** Last number used; by `commit` or `event`. */
  readonly counters: number;
  /** A batch of rewards that may be due; by the time in UTC milliseconds, as text. */
  readonly dueRewards: readonly DueReward[];
  /** A batch of tasks with texts that ended before a time; by that time in UTC milliseconds, as text. */
  readonly oldTexts: readonly string[];
}

/** Keys of rows to load, by kind. */
export type RowNames = { readonly [K in keyof RowKinds]?: readonly string[] };

/** The rows of one kind as a rule sees them, including the changes of earlier commands of the same commit. */
export interface Table<T> {
  /**
   * The row, or undefined when there is none. A row that was not loaded is loaded now: the rule is undone and run again,
   * so naming it beforehand only saves time.
   */
  get(key: string): T | undefined;
  /** The row if it is loaded; undefined also when it exists but is not loaded. */
  known(key: string): T | undefined;
  /** Inserts or changes a row. Values are never changed in place. */
  set(key: string, value: T): void;
  /** Like `set`, for a row that the caller knows does not exist yet, so that it is not loaded. */
  insert(key: string, value: T): void;
  /** Changes an existing row; does nothing if there is none. */
  change(key: string, change: (value: T) => T): void;
  /** Deletes a row without loading it. */
  remove(key: string): void;
}

/** Requests rows that a rule is about to read, so that missing ones are loaded in one batch. */
export type Need = (names: RowNames) => void;

/** All rows, as rules see them. */
export type Rows = { readonly [K in keyof RowKinds]: Table<RowKinds[K]> };

import type { AssignmentKind } from '#shared/domain/tasks/assignment.ts';
import type { Priority } from '#shared/domain/tasks/task.ts';
import type { Obstacle, TaskFacts } from './eligibility.ts';

/** Why a node is paused for a ticket, and until when. Monotonic milliseconds. */
export interface Pause {
  readonly at: number;
  readonly until: number;
}

/** The content of an offer besides the facts used in matching. */
export interface OfferTerms {
  readonly promptBytes: number;
  readonly maxTokens: number;
  /** False for tasks that cost nothing, such as those for one's own nodes in a public swarm. */
  readonly paid: boolean;
  /** Monotonic milliseconds. */
  readonly deadline: number;
}

/** A piece of work that needs a node: all that matching knows of a task. A task may have several tickets. */
export interface Ticket {
  /** Unique among open tickets. */
  readonly id: string;
  readonly taskId: string;
  readonly kind: AssignmentKind;
  readonly facts: TaskFacts;
  readonly terms: OfferTerms;
  readonly priority: Priority;
  /** Monotonic milliseconds; older tickets of a priority come first. */
  readonly acceptedAt: number;
  /** Excluded nodes, each with the obstacle shown to people. */
  readonly exclude: ReadonlyMap<string, Obstacle>;
  /** Nodes that get an offer only if no other node can accept it. */
  readonly avoid: ReadonlySet<string>;
  /** Nodes in a cool-down, which get no offer unless they change. */
  readonly coolDown: ReadonlyMap<string, Pause>;
}

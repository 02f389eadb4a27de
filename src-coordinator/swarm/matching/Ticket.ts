import type { AssignmentKind } from '#shared/domain/tasks/assignment.ts';
import type { Priority } from '#shared/domain/tasks/task.ts';
import type { Obstacle, TaskFacts } from './eligibility.ts';

/** Why a node is paused for a ticket, and until when. Monotonic milliseconds. */
export interface Pause {
  readonly at: number;
  readonly until: number;
}

/** What an offer tells beside the facts that matching looks at. */
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
  /** Nodes that must not take it, each with the obstacle that people are told. */
  readonly exclude: ReadonlyMap<string, Obstacle>;
  /** Nodes that are asked only when nobody else can take it. */
  readonly avoid: ReadonlySet<string>;
  /** Nodes that are not asked for a while, unless they change. */
  readonly coolDown: ReadonlyMap<string, Pause>;
}

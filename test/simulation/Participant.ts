import type { SubmissionInput } from '#shared/domain/tasks/task.ts';
import type { Identity } from '#engine/swarmLink/identity/Identity.ts';

/** What a requester knows of the end of an own task. */
export interface KnownEnd {
  readonly taskId: string;
  readonly status: string;
  readonly text: string | null;
}

/** One installation in a simulated world, whatever it is made of: a simulated node, or the real engine. */
export interface Participant {
  readonly name: string;
  readonly identity: Identity;
  readonly isUp: boolean;
  start(): void;
  /** The process dies; what it had stored stays. The other side is told, or not. */
  crash(told: boolean): void;
  restart(): void;
  /** Closes the link from this side. */
  hangUp(): void;
  /** From now on nothing passes on the present link, and nobody is told. */
  cutSilently(): void;
  submit(submission: SubmissionInput): void;
  ownTasks(): string[];
  /** Own tasks that the coordinator holds and that are not over as far as this side knows. */
  cancellable(): string[];
  cancel(taskId: string): void;
  /** What is not at rest yet, in words. `lastEvent` is the number of the last event for this node. */
  unrest(lastEvent: number): string[];
  /** Ends of all own tasks that were not refused. */
  ends(): KnownEnd[];
  /** Micro-credits that this node was told it earned, by assignment. */
  earned(): ReadonlyMap<string, bigint>;
  /** True when it notes nothing of assignments that never reached it. */
  readonly notesOnlyOwnWork: boolean;
}

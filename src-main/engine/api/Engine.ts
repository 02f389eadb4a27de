import type { CommandHandlers } from '#shared/api/commands.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import type { ModelCommandName } from '#shared/api/models.ts';
import type { Problem, SliceName, Snapshot } from '#shared/api/snapshot.ts';
import type { JoinRequest } from '#engine/swarmLink/membership/Membership.ts';

/** Commands that the engine itself serves; its process adds the others. */
export type EngineHandlers = Omit<
  CommandHandlers,
  | 'snapshot'
  | 'swarm.startPrivate'
  | 'swarm.invite'
  | 'logs.tail'
  | 'diagnostics'
  | 'samples.watch'
  | Exclude<ModelCommandName, `try.${string}`>
  | 'ui.address'
  | 'engine.stop'
>;

/** One engine: everything behind the interface and the CLI, without a transport of its own. */
export interface Engine {
  /** Loads or makes the identity, ends the assignments that a crash left running, connects to the joined swarm. */
  start(): Promise<void>;
  /** With `drain`, running tasks finish first; else they stop at their next token and are handed over. */
  stop(options: { drain: boolean }): Promise<void>;
  readonly handlers: EngineHandlers;
  /** Joins a swarm, leaving the present one first. Rejects with a SwarmError and then stays in the present one. */
  join(request: JoinRequest): Promise<void>;
  /** The engine's own coordinator listens at another address now. Reconnects. */
  moveSwarm(address: string): Promise<void>;
  /** One slice of the state, computed now. */
  slice<K extends SliceName>(name: K): Snapshot[K];
  snapshot(): Snapshot;
  /** Digests of the models that the joined swarm pays for; null until it has listed them. */
  admitted(): ReadonlySet<string> | null;
  /** Calls back on every change of a slice; the listener coalesces. */
  onChange(listener: (slice: SliceName) => void): () => void;
  /** `task:frame`, `task:reset`, `task:tail`, `task:finished`; never `slice` and `sample`. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Shows a problem of the whole engine as a banner; null removes it. */
  setProblem(code: string, problem: Omit<Problem, 'code'> | null): void;
  /** Counts and states for diagnostics; never texts or secrets. */
  diagnostics(): Readonly<Record<string, unknown>>;
}

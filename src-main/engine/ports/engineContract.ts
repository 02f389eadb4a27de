import type { Repaired } from '#engine/models/library/Repairs.ts';
import type { CommandHandlers } from '#shared/api/commands.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import type { SenseName, SessionReport } from '#shared/api/contributionSettings.ts';
import type { Download, ModelCommandName } from '#shared/api/models.ts';
import type { Problem, SliceName, Snapshot } from '#shared/api/snapshot.ts';
import type { ComputerSummary } from '#shared/domain/machine/hardware.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { LinkDialer } from '#shared/protocol/link.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Random } from '#shared/util/random.ts';
import type { MeasuredMachine } from '#engine/machine/benchmark/benchmarkParts.ts';
import type { SystemSource } from '#engine/machine/hardware/HardwareSource.ts';
import type {
  GenerateEnd,
  GenerateHooks,
  GenerateRequest,
  LoadedModel,
  LoadOutlook,
  ModelCapacity,
  MeasuredPlan,
  ModelRefusal,
  Pace,
  PrepareOptions,
} from './inferenceContract.ts';
import type { SenseReadings } from '#engine/contribution/sensors/Sensor.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';

/** Answer of one HTTP call, as far as enrolment needs it. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Posts JSON. Rejects with a SwarmError `not_connected` when there is no answer. */
export interface Http {
  post(url: string, body: unknown, options?: { signal?: AbortSignal; token?: string }): Promise<HttpAnswer>;
}

/** Encrypts what must not lie readable on the disk. The default keeps its key in a 0600 file; a shell gives the OS keychain. */
export interface Secrets {
  seal(plain: string): Promise<string>;
  /** Rejects when the text was not sealed here. */
  open(sealed: string): Promise<string>;
}

/** Where the sealed identity lies: a file in the home folder by default. */
export interface IdentityVault {
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}

/** What the engine needs of the inference pool. */
export interface Inference {
  prepare(model: InstalledModel, options?: PrepareOptions): Promise<LoadedModel | ModelRefusal>;
  generate(request: GenerateRequest, hooks: GenerateHooks): Promise<GenerateEnd>;
  capacity(): readonly ModelCapacity[];
  onChange(listener: () => void): () => void;
  /** How fast models run from now on, those that run now too. */
  setPace?(pace: Pace): void;
  /** What the benchmark found, by digest; models that are served otherwise are loaded anew at the next `prepare`. */
  setMeasured?(plans: ReadonlyMap<string, MeasuredPlan>): void;
  /** Forgets that a model was refused, so that the next `prepare` tries again. */
  forget?(digest: string): Promise<void>;
  /** The models that may be asked for, so that `capacity` tells of each. */
  know?(models: readonly InstalledModel[]): void;
  /** How much the swarm asks for each model: what is wanted least makes room first. */
  setDemand?(demand: (model: InstalledModel) => number): void;
  /** What a model that is not in memory would give if it were loaded now; null while there is no room for it. */
  outlook?(model: InstalledModel): LoadOutlook | null;
  /** How long idle models stay in memory, in milliseconds; null: for ever. */
  setKeepAlive?(milliseconds: number | null): void;
  /** Memory for all models together, in bytes; idle ones are unloaded when it got less. */
  setMemoryLimit?(bytes: number | null): void;
  dispose(): Promise<void>;
}

export type { Pace } from './inferenceContract.ts';

/** What looks at the machine for the owner's rules. */
export interface Senses {
  /** What was seen last. */
  readings(): SenseReadings;
  /** Looks at these from now on and at nothing else; more often while somebody might be disturbed. */
  look(needs: ReadonlySet<SenseName>, often: boolean): void;
  /** The desktop shell sees the person; what it tells comes before the own sensors. */
  report(report: SessionReport): void;
  onChange(listener: () => void): () => void;
}

/** Keeps the computer from going to sleep. */
export interface KeepAwake {
  hold(on: boolean): void;
}

/** The models whose files are here and were checked. */
export interface ModelShelf {
  installed(): readonly InstalledModel[];
  onChange(listener: () => void): () => void;
  /** Downloads that are not finished; none where nothing can be downloaded. */
  downloads?(): readonly Download[];
  onDownloads?(listener: () => void): () => void;
  /** A model has worked: what it really took, in bytes, at most. */
  learn?(model: InstalledModel, load: { contextSize: number; slots: number; measuredBytes: number }): void;
  /** Its file is damaged or gone: brings it back where that can be done. */
  repair?(digest: string): Promise<Repaired>;
}

/** Everything the engine takes from outside, so that two of them live in one test and thousands in a simulation. */
export interface EnginePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Data folder; shown to people and holding the default files. */
  readonly home: string;
  /** Opened by the caller with `openEngineStore`, who closes it after `stop`. */
  readonly store: EngineStore;
  readonly version: string;
  /** Name of a node whose owner chose none yet. */
  readonly defaultName: string;
  readonly dialer: LinkDialer;
  readonly http: Http;
  readonly inference: Inference;
  readonly models: ModelShelf;
  readonly secrets?: Secrets;
  readonly identityVault?: IdentityVault;
  /** Without it nothing is known of the machine, and rules that need it stand against nothing. */
  readonly senses?: Senses;
  readonly keepAwake?: KeepAwake;
  /** What can be looked up and measured; without it the commands of hardware and benchmark are refused. */
  readonly machine?: { readonly measured: MeasuredMachine; readonly source: SystemSource };
  /** What is told to the swarm of the computer; without it nothing is. */
  readonly computer?: () => ComputerSummary | null;
  /** Processor, for results: `AMD Ryzen …`; null when unknown. */
  readonly processor?: string | null;
}

/** Commands that the engine itself answers; the local API adds the rest. */
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

/** How a swarm is joined; what the private swarm's starter uses too. */
export interface JoinRequest {
  /** `http(s)://host:port`, or an invite link. */
  readonly address: string;
  readonly secret?: string;
  readonly invite?: string;
  readonly allowPlain?: boolean;
  /** This engine runs the coordinator itself. */
  readonly ownCoordinator?: boolean;
}

/** One engine: everything behind the interface and the CLI, without a transport of its own. */
export interface Engine {
  /** Opens the store, makes or loads the identity, ends what a crash left over, connects to the joined swarm. */
  start(): Promise<void>;
  /** With `drain` running tasks are finished first; else they end at their next token and are handed over. */
  stop(options: { drain: boolean }): Promise<void>;
  readonly handlers: EngineHandlers;
  /** Joins, leaving the present swarm first. Rejects with a SwarmError; stays with the present swarm then. */
  join(request: JoinRequest): Promise<void>;
  /** The joined swarm points to an own coordinator that moved to another port. Reconnects. */
  moveSwarm(address: string): Promise<void>;
  /** One slice of the mirrored state, computed now. */
  slice<K extends SliceName>(name: K): Snapshot[K];
  snapshot(): Snapshot;
  /** Digests of the models that the joined swarm pays for work for others; null while it does not tell. */
  admitted(): ReadonlySet<string> | null;
  /** Tells which slice changed, as often as it does; whoever pushes them coalesces. */
  onChange(listener: (slice: SliceName) => void): () => void;
  /** `task:frame`, `task:reset`, `task:tail`, `task:finished`; never `slice` and `sample`. */
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Something of the whole engine is wrong (or no longer): shown as a banner until cleared. */
  setProblem(code: string, problem: Omit<Problem, 'code'> | null): void;
  /** Facts for diagnostics: counts and states, never texts or secrets. */
  diagnostics(): Readonly<Record<string, unknown>>;
}

import { z } from 'zod';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { AccountId, ModelDigest, NodeId, SwarmId, TaskId } from '#shared/domain/ids.ts';
import { Priority } from '#shared/domain/tasks/task.ts';
import { Reputation, ReputationState } from '#shared/domain/swarm/reputation.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import { Balances } from '#shared/domain/money/accountBook.ts';
import { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { ContributionSettings } from './contributionSettings.ts';
import { BenchmarkSlice } from './hardware.ts';
import { Download } from './models.ts';

/** Whose task it is, seen from this machine. */
export const TaskRole = z.enum(['requester', 'node']);
export type TaskRole = z.infer<typeof TaskRole>;

/** State of contribution as one of a few codes and a sentence with its reason (rules 8.7). */
export const ContributionState = z.enum([
  'starting',
  'working',
  'ready',
  'paused',
  'finishing',
  'offline',
  'no_swarm',
  'failed',
]);
export type ContributionState = z.infer<typeof ContributionState>;

export const Contribution = z.object({
  state: ContributionState,
  reason: z.object({
    /**
     * Stable word for scripts. While `paused` it is the rule: `switched_off`, `paused` and `snoozed` (these two end with
     * `contribution.resume`), `maintenance`, `schedule`, `user_active`, `battery`, `program`, `temperature`, `metered`,
     * `processor`. While `working` it is `working`, or `slowed` when other programs need the processor.
     */
    code: z.string().max(64),
    /** Headline, e.g. "Working on 2 tasks". */
    title: z.string().max(200),
    /** What it means and what would change it. */
    text: z.string().max(400),
    /** UTC ms at which it ends by itself; null when it does not. */
    resumesAt: z.number().nullable(),
  }),
  /** The owner's switch. */
  on: z.boolean(),
  /** Snoozed until (UTC ms); null when not snoozed. */
  snoozedUntil: z.number().nullable(),
  /** Percent of the processor that running models may use now; null while there is no limit. */
  share: z.number().nullable().default(null),
  /** The computer is to be kept from going to sleep; the shell follows it. */
  keepAwake: z.boolean().default(false),
});
export type Contribution = z.infer<typeof Contribution>;

export const ConnectionState = z.enum(['none', 'connecting', 'connected', 'offline', 'rejected']);

export const SwarmSlice = z.object({
  joined: z
    .object({
      swarmId: SwarmId,
      name: z.string(),
      address: z.string(),
      private: z.boolean(),
      /** True when this engine runs the coordinator itself. */
      ownCoordinator: z.boolean(),
    })
    .nullable(),
  connection: z.object({
    state: ConnectionState,
    latencyMs: z.number().nullable(),
    /** UTC ms of the next try; null while connected. */
    retryAt: z.number().nullable(),
    /** Sentence about what is wrong; null while all is well. */
    problem: z.string().nullable(),
    /** Results kept for delivery. */
    undelivered: z.int(),
  }),
  health: SwarmHealth.nullable(),
});
export type SwarmSlice = z.infer<typeof SwarmSlice>;

export const RunningTask = z.object({
  taskId: TaskId,
  role: TaskRole,
  type: TaskType,
  status: z.string(),
  modelName: z.string().nullable(),
  /** Who asked (role node) or who answers (role requester), as a pseudonym. */
  other: z.string().nullable(),
  startedAt: z.number(),
  outputTokens: z.int(),
  maxTokens: z.int(),
  tokensPerSecond: z.number().nullable(),
  /** False: the text is private and must not be shown on this card. */
  textShown: z.boolean(),
  /** Why an own task still waits, in a sentence; null while it does not. */
  waitingFor: z.string().nullable().default(null),
});
export type RunningTask = z.infer<typeof RunningTask>;

export const ModelSlice = z.object({
  digest: ModelDigest,
  name: z.string(),
  types: z.array(TaskType),
  languages: z.array(z.string()),
  sizeBytes: z.int(),
  /** `repairing`: its file was damaged and is being brought back. */
  state: z.enum(['ready', 'loading', 'idle', 'repairing', 'damaged', 'gave_up']),
  slots: z.int(),
  busy: z.int(),
  tokensPerSecond: z.number().nullable(),
  problem: z.string().nullable(),
  /** What it is for, in a sentence. */
  purpose: z.string(),
  quantisation: z.string(),
  licence: z.string(),
  /** Tokens of prompt and answer together. */
  contextSize: z.int(),
  /** It can chat and follow instructions; without, it only continues a text. */
  chatTemplate: z.boolean(),
  /** The app's own catalogue knows it; that alone admits it to paid tasks of every public swarm. */
  inCatalogue: z.boolean(),
  /** Whether it may serve paid tasks of others in the joined swarm; null without one, where every model may, and while the swarm does not tell. */
  admitted: z.boolean().nullable().default(null),
});
export type ModelSlice = z.infer<typeof ModelSlice>;

/** Everything the owner can set; the CLI and the interface use the same names. */
export const Settings = z.object({
  'node.name': z.string().trim().min(1).max(64),
  ...ContributionSettings.shape,
  /** Other computers of the network can reach the private swarm of this one. */
  'privateSwarm.onNetwork': z.boolean(),
  'interface.notifications': z.boolean(),
  'requests.defaultPrivacy': z.enum(['public', 'internal', 'confidential', 'restricted']),
  'requests.defaultPriority': Priority,
  /** Disk space for models; null: as much as there is. The least recently used ones make room. */
  'models.diskBudgetBytes': z.int().min(1e6).max(1e15).nullable(),
  /** All downloads together; null: as fast as it goes. */
  'downloads.bytesPerSecond': z.int().min(1024).max(1e12).nullable(),
  /** Downloads go on where every byte is paid for. */
  'downloads.onMetered': z.boolean(),
  /** Address of the model hub, or of a mirror of it. */
  'downloads.hub': z.url({ protocol: /^https?$/ }).max(300),
});
export type Settings = z.infer<typeof Settings>;

export const IdentitySlice = z.object({
  accountId: AccountId,
  nodeId: NodeId,
  name: z.string(),
  /** UTC ms of the last export; null: never. */
  backedUpAt: z.number().nullable(),
  /** False until the first-start questions were answered or skipped. */
  onboarded: z.boolean(),
});

export const MoneySlice = z.object({
  balances: Balances.nullable(),
  earnedToday: CreditsText,
  earnedThisWeek: CreditsText,
  /** The last seven local days, oldest first. */
  lastDays: z.array(z.object({ day: z.string(), earned: CreditsText })),
  /** Own records against the coordinator's: null while unknown. */
  agreement: z.object({ agrees: z.boolean(), difference: CreditsText }).nullable(),
});

export const ReputationSlice = z.object({ now: Reputation.nullable(), state: ReputationState.nullable() });

/** How bad a problem is: a `note` needs nothing, `caution` needs a look, `danger` stops work. */
export const ProblemSeverity = z.enum(['note', 'caution', 'danger']);
export type ProblemSeverity = z.infer<typeof ProblemSeverity>;

/**
 * What can be done about a problem from here: delete models or set their limit, get another model, read the log, start
 * the own private swarm again, or try once more what failed.
 */
export const ProblemRemedy = z.enum(['make_room', 'choose_model', 'read_log', 'start_private_swarm', 'try_again']);
export type ProblemRemedy = z.infer<typeof ProblemRemedy>;

/** A problem of the whole engine: disk full, read-only home, model gave up… shown as a banner until it is gone. */
export const Problem = z.object({
  code: z.string().max(64),
  /** What happened, what it means, what to do. */
  happened: z.string().max(300),
  means: z.string().max(300),
  action: z.string().max(300),
  severity: ProblemSeverity.default('danger'),
  /** The one thing that a button can do about it; null where there is none. */
  remedy: ProblemRemedy.nullable().default(null),
});
export type Problem = z.infer<typeof Problem>;

/** The whole mirrored state. The interface holds a copy per slice; a change replaces the slice. */
export const Snapshot = z.object({
  engine: z.object({ version: z.string(), home: z.string(), startedAt: z.number(), problems: z.array(Problem) }),
  identity: IdentitySlice,
  contribution: Contribution,
  swarm: SwarmSlice,
  tasks: z.array(RunningTask),
  models: z.array(ModelSlice),
  /** Downloads that are not finished, oldest first. */
  downloads: z.array(Download),
  benchmark: BenchmarkSlice,
  money: MoneySlice,
  reputation: ReputationSlice,
  settings: Settings,
});
export type Snapshot = z.infer<typeof Snapshot>;
export type SliceName = keyof Snapshot;

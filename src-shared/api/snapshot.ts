import { z } from 'zod';
import { CreditsText } from '#shared/domain/money/credits.ts';
import { AccountId, ModelDigest, NodeId, SwarmId, TaskId } from '#shared/domain/ids.ts';
import { Priority } from '#shared/domain/tasks/task.ts';
import { Reputation, ReputationState } from '#shared/domain/swarm/reputation.ts';
import { TaskType } from '#shared/domain/tasks/taskType.ts';
import { Balances } from '#shared/domain/money/accountBook.ts';
import { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { ContributionSettings, contributionDefaults } from './contributionSettings.ts';
import { BenchmarkSlice } from './hardware.ts';
import { Download } from './models.ts';

/** This machine's side of a task. */
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
     * Stable code for scripts. While `paused` it names the rule: `switched_off`, `paused` and `snoozed` (these two end with
     * `contribution.resume`), `maintenance`, `schedule`, `user_active`, `battery`, `program`, `temperature`, `metered`,
     * `processor`. While `working` it is `working`, or `slowed` when other programs need the processor.
     */
    code: z.string().max(64),
    /** Headline, e.g. "Working on 2 tasks". */
    title: z.string().max(200),
    /** The meaning, and what would change it. */
    text: z.string().max(400),
    /** UTC ms at which it ends by itself; null when it does not. */
    resumesAt: z.number().nullable(),
  }),
  /** The owner's switch. */
  on: z.boolean(),
  /** Snoozed until (UTC ms); null when not snoozed. */
  snoozedUntil: z.number().nullable(),
  /** Percent of the processor that running models may use now; null without a limit. */
  share: z.number().nullable().default(null),
  /** Whether the shell must prevent sleep. */
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
    /** UTC ms of the next attempt; null while connected. */
    retryAt: z.number().nullable(),
    /** The problem as a sentence; null without one. */
    problem: z.string().nullable(),
    /** Results waiting for delivery. */
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
  /** The other party as a pseudonym: who asked (node) or who answers (requester). */
  other: z.string().nullable(),
  startedAt: z.number(),
  outputTokens: z.int(),
  maxTokens: z.int(),
  tokensPerSecond: z.number().nullable(),
  /** False when the text is private and must not be shown. */
  textShown: z.boolean(),
  /** Why a task of the owner is still waiting, as a sentence; null otherwise. */
  waitingFor: z.string().nullable().default(null),
});
export type RunningTask = z.infer<typeof RunningTask>;

export const ModelSlice = z.object({
  digest: ModelDigest,
  name: z.string(),
  types: z.array(TaskType),
  languages: z.array(z.string()),
  sizeBytes: z.int(),
  /** `repairing`: its damaged file is being restored. */
  state: z.enum(['ready', 'loading', 'idle', 'repairing', 'damaged', 'gave_up']),
  slots: z.int(),
  busy: z.int(),
  tokensPerSecond: z.number().nullable(),
  problem: z.string().nullable(),
  /** Its purpose as a sentence. */
  purpose: z.string(),
  quantisation: z.string(),
  licence: z.string(),
  /** Tokens of prompt and answer together. */
  contextSize: z.int(),
  /** Can chat and follow instructions; otherwise it only continues text. */
  chatTemplate: z.boolean(),
  /** Part of the app's catalogue, which admits it to paid tasks of every public swarm. */
  inCatalogue: z.boolean(),
  /** Whether the joined swarm admits it to paid tasks; null without a swarm, where every model may serve, or while unknown. */
  admitted: z.boolean().nullable().default(null),
});
export type ModelSlice = z.infer<typeof ModelSlice>;

/** Everything the owner can set; the CLI and the interface use the same names. */
export const Settings = z.object({
  'node.name': z.string().trim().min(1).max(64),
  ...ContributionSettings.shape,
  /** Other computers on the network can reach this computer's private swarm. */
  'privateSwarm.onNetwork': z.boolean(),
  'interface.notifications': z.boolean(),
  'requests.defaultPrivacy': z.enum(['public', 'internal', 'confidential', 'restricted']),
  'requests.defaultPriority': Priority,
  /** Disk space for models; null means no limit. The least recently used ones are evicted. */
  'models.diskBudgetBytes': z.int().min(1e6).max(1e15).nullable(),
  /** All downloads together; null means no limit. */
  'downloads.bytesPerSecond': z.int().min(1024).max(1e12).nullable(),
  /** Download on metered networks too. */
  'downloads.onMetered': z.boolean(),
  /** URL of the model hub or a mirror. */
  'downloads.hub': z.url({ protocol: /^https?$/ }).max(300),
});
export type Settings = z.infer<typeof Settings>;

/** Every setting before the owner changes it, except the name, which depends on the computer. */
export const settingsDefaults: Omit<Settings, 'node.name'> = {
  ...contributionDefaults,
  'privateSwarm.onNetwork': false,
  'interface.notifications': true,
  'requests.defaultPrivacy': 'internal',
  'requests.defaultPriority': 'medium',
  'models.diskBudgetBytes': null,
  'downloads.bytesPerSecond': null,
  'downloads.onMetered': false,
  'downloads.hub': 'https://huggingface.co',
};

export const IdentitySlice = z.object({
  accountId: AccountId,
  nodeId: NodeId,
  name: z.string(),
  /** UTC ms of the last export; null if never. */
  backedUpAt: z.number().nullable(),
  /** False until onboarding was completed or skipped. */
  onboarded: z.boolean(),
});

export const MoneySlice = z.object({
  balances: Balances.nullable(),
  earnedToday: CreditsText,
  earnedThisWeek: CreditsText,
  /** The last seven local days, oldest first. */
  lastDays: z.array(z.object({ day: z.string(), earned: CreditsText })),
  /** Own records compared with the coordinator's; null while unknown. */
  agreement: z.object({ agrees: z.boolean(), difference: CreditsText }).nullable(),
});

export const ReputationSlice = z.object({ now: Reputation.nullable(), state: ReputationState.nullable() });

/** Severity: a `note` needs no action, `caution` needs attention, `danger` stops work. */
export const ProblemSeverity = z.enum(['note', 'caution', 'danger']);
export type ProblemSeverity = z.infer<typeof ProblemSeverity>;

/**
 * Remedies for a problem: delete models or change their limit, get another model, view the log, restart the own private
 * swarm, or retry what failed.
 */
export const ProblemRemedy = z.enum(['make_room', 'choose_model', 'read_log', 'start_private_swarm', 'try_again']);
export type ProblemRemedy = z.infer<typeof ProblemRemedy>;

/** A problem of the whole engine, such as a full disk; shown as a banner until it is solved. */
export const Problem = z.object({
  code: z.string().max(64),
  /** Cause, consequence and action, as sentences. */
  happened: z.string().max(300),
  means: z.string().max(300),
  action: z.string().max(300),
  severity: ProblemSeverity.default('danger'),
  /** The remedy to offer as a button; null without one. */
  remedy: ProblemRemedy.nullable().default(null),
});
export type Problem = z.infer<typeof Problem>;

/** The whole mirrored state. A change replaces a slice. */
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

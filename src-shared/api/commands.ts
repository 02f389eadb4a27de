import { z } from 'zod';
import { TaskId } from '#shared/domain/ids.ts';
import { NewSubmission } from '#shared/domain/tasks/task.ts';
import { Quote, TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { SenseReport, SessionReport } from './contributionSettings.ts';
import { EarningsReport, LedgerRow, Period, ReputationPoint, TaskDetail, TaskFilter, TaskRow } from './history.ts';
import { hardwareCommands } from './hardware.ts';
import { modelCommands } from './models.ts';
import { Settings, Snapshot, TaskRole } from './snapshot.ts';

const Nothing = z.object({});

/** Protects the identity backup. */
const Passphrase = z.string().min(8, 'must have at least 8 characters').max(512);

/** Every command of the local API: the one contract between the engine and the interface or CLI. */
export const commands = {
  /** The whole state; later changes arrive as `slice` events. */
  snapshot: { input: Nothing, output: Snapshot },

  'task.quote': { input: z.object({ submission: NewSubmission }), output: Quote },
  /**
   * Stores a task and sends it; resolves when the coordinator holds it. Without a connection it waits for 30 s and then fails
   * with `not_connected`; with `detach` it resolves as soon as the task is stored, and the next connection sends it.
   */
  'task.submit': {
    input: z.object({ submission: NewSubmission, detach: z.boolean().default(false) }),
    output: z.object({ taskId: TaskId }),
  },
  'task.cancel': { input: z.object({ taskId: TaskId }), output: Nothing },
  /** Deletes prompt and answer of a finished own task, here and at the coordinator. Its figures stay. */
  'task.forget': { input: z.object({ taskId: TaskId }), output: Nothing },
  'task.list': { input: TaskFilter, output: z.object({ rows: z.array(TaskRow), total: z.int() }) },
  /** In a private swarm a task can exist on both sides; without `role` the requester's side comes first. */
  'task.get': { input: z.object({ taskId: TaskId, role: TaskRole.optional() }), output: TaskDetail },
  /** The answer so far, and `task:frame` events from then on. */
  'task.follow': { input: z.object({ taskId: TaskId }), output: TaskFrame.extend({ over: z.boolean() }) },

  'contribution.set': { input: z.object({ on: z.boolean() }), output: Nothing },
  /**
   * Without `forMs` and `until`: until resumed. `tomorrow` is the next morning at 08:00 local time, at least four hours
   * away. With `finish`, running tasks are finished; otherwise they yield at the next token and other nodes continue them.
   */
  'contribution.pause': {
    input: z.object({
      forMs: z
        .int()
        .min(1000)
        .max(7 * 86_400_000)
        .nullable()
        .default(null),
      until: z.enum(['tomorrow']).optional(),
      finish: z.boolean().optional(),
    }),
    output: Nothing,
  },
  /** Ends a pause or a snooze; other rules still apply. */
  'contribution.resume': { input: Nothing, output: Nothing },
  /** The sensor readings that the rules depend on, to be shown beside them. */
  'contribution.senses': { input: Nothing, output: z.object({ senses: z.array(SenseReport) }) },
  /** From the desktop shell: on every change of presence, and every 30 s. A report expires after 90 s. */
  'session.report': { input: SessionReport, output: Nothing },

  'swarm.startPrivate': { input: Nothing, output: Nothing },
  /** An address (`https://host:port`), or an invite link `openswarm://host:port#swarmId.secret`. */
  'swarm.join': {
    input: z.object({
      address: z.string().min(1).max(500),
      secret: z.string().max(64).optional(),
      invite: z.string().max(256).optional(),
      /** The user accepted an unencrypted connection to this host. */
      allowPlain: z.boolean().default(false),
    }),
    output: Nothing,
  },
  'swarm.leave': { input: Nothing, output: Nothing },
  /** Invite link of the own private swarm. `renew` creates a new secret, which invalidates earlier links. */
  'swarm.invite': {
    input: z.object({ renew: z.boolean().default(false) }),
    output: z.object({ link: z.string(), onNetwork: z.boolean() }),
  },

  'earnings.report': { input: z.object({ period: Period }), output: EarningsReport },
  'ledger.list': {
    input: z.object({ limit: z.int().min(1).max(100_000).default(200), offset: z.int().min(0).default(0) }),
    output: z.object({ rows: z.array(LedgerRow), total: z.int() }),
  },
  'reputation.path': {
    input: z.object({ days: z.int().min(1).max(3650) }),
    output: z.object({ points: z.array(ReputationPoint) }),
  },

  ...modelCommands,
  ...hardwareCommands,

  'settings.set': { input: Settings.partial(), output: Settings },
  'identity.export': { input: z.object({ passphrase: Passphrase }), output: z.object({ backup: z.string() }) },
  'identity.import': { input: z.object({ backup: z.string().max(65_536), passphrase: Passphrase }), output: Nothing },
  'onboarding.finish': { input: z.object({ name: z.string().trim().min(1).max(64).optional() }), output: Nothing },

  /** Newest last. Never contains texts of tasks. */
  'logs.tail': {
    input: z.object({ lines: z.int().min(1).max(2000).default(200) }),
    output: z.object({ lines: z.array(z.string()) }),
  },
  /** Data for a bug report: versions, states, counts. Never texts, never secrets. */
  diagnostics: { input: Nothing, output: z.object({ report: z.record(z.string(), z.unknown()) }) },
  /** Starts or stops `sample` events for this connection; nothing is sampled without a subscriber. */
  'samples.watch': { input: z.object({ on: z.boolean() }), output: Nothing },

  /** A new one-time URL for a browser. */
  'ui.address': { input: Nothing, output: z.object({ ui: z.string() }) },
  /** Stops the engine; `drain` finishes running tasks first. */
  'engine.stop': { input: z.object({ drain: z.boolean().default(true) }), output: Nothing },
} as const;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
/** Input of a command, before defaults. */
export type CommandInput<K extends CommandName> = z.input<Commands[K]['input']>;
/** Input of a command after parsing. */
export type CommandRequest<K extends CommandName> = z.output<Commands[K]['input']>;
export type CommandOutput<K extends CommandName> = z.output<Commands[K]['output']>;

/** The engine's handlers of all commands. */
export type CommandHandlers = { [K in CommandName]: (input: CommandRequest<K>) => Promise<CommandOutput<K>> };

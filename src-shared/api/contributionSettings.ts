import { z } from 'zod';
import { WeekSchedule } from '#shared/domain/machine/weekSchedule.ts';

/** Name of a program as the system's task list shows it; `.exe` and capitals make no difference. */
const ProgramName = z.string().trim().min(1).max(200);

/** A planned time without work for others, UTC ms. */
export const MaintenanceWindow = z
  .object({ from: z.int().min(0), until: z.int().min(0) })
  .refine(({ from, until }) => until > from, 'must end after it begins');
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

/**
 * How the owner wants to be left in peace (page Settings → Contribution; the CLI uses the same names). Tasks of the
 * owner's own are never paused by any of these, only slowed to the shares.
 */
export const ContributionSettings = z.object({
  /** The owner's switch for work for others. */
  'contribution.on': z.boolean(),
  /** Work only while nobody uses the computer. Where nobody can be seen (no desktop session), that counts as idle. */
  'contribution.onlyWhenIdle': z.boolean(),
  /** Minutes without keyboard and mouse that count as idle. */
  'contribution.idleMinutes': z.int().min(1).max(240),
  /** Pause while the computer runs on battery. */
  'contribution.pauseOnBattery': z.boolean(),
  /** Weekly grid of local time; null: at any time. */
  'contribution.schedule': WeekSchedule.nullable(),
  /** Planned times without work, each for once; those that are over are forgotten at the next change. */
  'contribution.maintenance': z.array(MaintenanceWindow).max(50),
  /** Percent of the whole processor (all cores) that running models may use, own tasks included. */
  'contribution.cpuShare': z.int().min(5).max(100),
  /** Most threads of one model; null: as many as the share needs, chosen by measuring. */
  'contribution.threads': z.int().min(1).max(256).nullable(),
  /** Percent of the time that the graphics card may be busy with running models. */
  'contribution.gpuShare': z.int().min(5).max(100),
  /** Slow down, and pause if need be, while other programs need the processor. */
  'contribution.yieldToPrograms': z.boolean(),
  /** Pause while one of these programs runs. */
  'contribution.exclusivePrograms': z.array(ProgramName).max(100),
  /** Pause above so many °C of the processor, until it is 5 °C cooler; null: never. */
  'contribution.maxTemperature': z.int().min(40).max(110).nullable(),
  /** Bytes of memory for all models together; null: half of the computer's. */
  'contribution.memoryLimit': z.int().min(1e8).max(1e14).nullable(),
  /** Work also where the network is paid by the byte. */
  'contribution.onMetered': z.boolean(),
  /** Keep the computer from going to sleep while it works for others; never on battery. */
  'contribution.keepAwake': z.boolean(),
});
export type ContributionSettings = z.infer<typeof ContributionSettings>;

/** What a cautious owner would choose. */
export const contributionDefaults: ContributionSettings = {
  'contribution.on': true,
  'contribution.onlyWhenIdle': false,
  'contribution.idleMinutes': 5,
  'contribution.pauseOnBattery': true,
  'contribution.schedule': null,
  'contribution.maintenance': [],
  'contribution.cpuShare': 75,
  'contribution.threads': null,
  'contribution.gpuShare': 75,
  'contribution.yieldToPrograms': true,
  'contribution.exclusivePrograms': [],
  'contribution.maxTemperature': 85,
  'contribution.memoryLimit': null,
  'contribution.onMetered': false,
  'contribution.keepAwake': false,
};

/** What the engine can see of the machine to follow these settings. */
export const SenseName = z.enum(['user', 'battery', 'programs', 'processor', 'temperature', 'network']);
export type SenseName = z.infer<typeof SenseName>;

/** One sense as the page shows it, below the setting that needs it. */
export const SenseReport = z.object({
  name: SenseName,
  /** False: no setting needs it now, so it is not looked at. */
  needed: z.boolean(),
  /** False: this machine does not tell; `text` says why. The rule is then as if nothing stood against work. */
  known: z.boolean(),
  /** For people: "62 °C", "No battery", "Nobody can be seen: there is no desktop session." */
  text: z.string().max(300),
});
export type SenseReport = z.infer<typeof SenseReport>;

/** What the desktop shell tells the engine of the session it stands in. */
export const SessionReport = z.object({
  /** Milliseconds since the last key or mouse movement; null when unknown. */
  idleMs: z.number().min(0).nullable(),
  /** The screen is locked: nobody is there. */
  locked: z.boolean(),
  onBattery: z.boolean().nullable(),
});
export type SessionReport = z.infer<typeof SessionReport>;

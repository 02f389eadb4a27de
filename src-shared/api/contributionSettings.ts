import { z } from 'zod';
import { WeekSchedule } from '#shared/domain/machine/weekSchedule.ts';

/** Name of a program as the system's task list shows it; `.exe` and capitals make no difference. */
const ProgramName = z.string().trim().min(1).max(200);

/** A planned pause, UTC ms. */
export const MaintenanceWindow = z
  .object({ from: z.int().min(0), until: z.int().min(0) })
  .refine(({ from, until }) => until > from, 'must end after it begins');
export type MaintenanceWindow = z.infer<typeof MaintenanceWindow>;

/**
 * The owner's rules for contributing (Settings → Contribution; the CLI uses the same names). The owner's own
 * tasks are never paused by any of them, only limited to the shares.
 */
export const ContributionSettings = z.object({
  /** The owner's main switch. */
  'contribution.on': z.boolean(),
  /** Work only while the computer is idle. Without a desktop session it always counts as idle. */
  'contribution.onlyWhenIdle': z.boolean(),
  /** Minutes without input that count as idle. */
  'contribution.idleMinutes': z.int().min(1).max(240),
  /** Pause while the computer runs on battery. */
  'contribution.pauseOnBattery': z.boolean(),
  /** Weekly grid of local time; null allows any time. */
  'contribution.schedule': WeekSchedule.nullable(),
  /** Planned one-off pauses; past ones are dropped at the next change. */
  'contribution.maintenance': z.array(MaintenanceWindow).max(50),
  /** Percent of the whole processor (all cores) that running models may use, own tasks included. */
  'contribution.cpuShare': z.int().min(5).max(100),
  /** Maximum threads per model; null chooses by measurement, within the share. */
  'contribution.threads': z.int().min(1).max(256).nullable(),
  /** Percent of time that the graphics card may spend running models. */
  'contribution.gpuShare': z.int().min(5).max(100),
  /** Slow down, or pause if necessary, while other programs need the processor. */
  'contribution.yieldToPrograms': z.boolean(),
  /** Pause while one of these programs runs. */
  'contribution.exclusivePrograms': z.array(ProgramName).max(100),
  /** Pause above this processor temperature in °C until it is 5 °C cooler; null never pauses. */
  'contribution.maxTemperature': z.int().min(40).max(110).nullable(),
  /** Bytes of memory for all models together; null means half of the computer's. */
  'contribution.memoryLimit': z.int().min(1e8).max(1e14).nullable(),
  /** Work on metered networks too. */
  'contribution.onMetered': z.boolean(),
  /** Prevent sleep while working for others; never on battery. */
  'contribution.keepAwake': z.boolean(),
});
export type ContributionSettings = z.infer<typeof ContributionSettings>;

/** Cautious defaults. */
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

/** The sensors behind these settings. */
export const SenseName = z.enum(['user', 'battery', 'programs', 'processor', 'temperature', 'network']);
export type SenseName = z.infer<typeof SenseName>;

/** A sensor's reading, as shown beside the setting that needs it. */
export const SenseReport = z.object({
  name: SenseName,
  /** False while no setting needs the sensor, so it is not read. */
  needed: z.boolean(),
  /** False when this machine does not report it; `text` states the reason. An unknown reading never pauses work. */
  known: z.boolean(),
  /** For people: "62 °C", "No battery", "Nobody can be seen: there is no desktop session." */
  text: z.string().max(300),
});
export type SenseReport = z.infer<typeof SenseReport>;

/** The desktop session as reported by the shell. */
export const SessionReport = z.object({
  /** Milliseconds since the last key or mouse movement; null when unknown. */
  idleMs: z.number().min(0).nullable(),
  /** The screen is locked, so nobody is present. */
  locked: z.boolean(),
  onBattery: z.boolean().nullable(),
});
export type SessionReport = z.infer<typeof SessionReport>;

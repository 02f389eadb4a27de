import { Settings } from '#shared/api/snapshot.ts';
import { z } from 'zod';
import type { Db } from './storeContract.ts';

/** The engine's own state, stored beside the owner's settings. */
const marks = {
  /** Id of the joined swarm; null when none is. */
  currentSwarm: z.string().nullable(),
  /** Id of the swarm joined last, whose history is shown while none is joined. */
  lastSwarm: z.string().nullable(),
  onboarded: z.boolean(),
  backedUpAt: z.number().nullable(),
  /** End of the snooze in UTC ms; `forever` until resumed. */
  snoozedUntil: z.union([z.number(), z.literal('forever')]).nullable(),
} as const;

export type MarkName = keyof typeof marks;
export type MarkValue<K extends MarkName> = z.output<(typeof marks)[K]>;

/** The owner's settings and the engine's marks, one JSON value per name. */
export class SettingsStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** All settings, with defaults for those never set. */
  settings(defaults: Settings): Settings {
    const rows = this.#db.prepare<[], { name: string; value: string }>('SELECT name, value FROM settings').all();
    const stored = Object.fromEntries(
      rows.filter((row) => row.name in Settings.shape).map((row) => [row.name, JSON.parse(row.value) as unknown]),
    );
    const parsed = Settings.partial().safeParse(stored);
    return Settings.parse({ ...defaults, ...(parsed.success ? parsed.data : {}) });
  }

  save(settings: Partial<Settings>): void {
    for (const [name, value] of Object.entries(settings)) this.#put(name, value);
  }

  mark<K extends MarkName>(name: K): MarkValue<K> | null {
    const row = this.#db
      .prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?')
      .get(`mark.${name}`);
    if (row === undefined) return null;
    return marks[name].parse(JSON.parse(row.value)) as MarkValue<K>;
  }

  setMark<K extends MarkName>(name: K, value: MarkValue<K>): void {
    this.#put(`mark.${name}`, value);
  }

  #put(name: string, value: unknown): void {
    this.#db
      .prepare(
        'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      )
      .run(name, JSON.stringify(value));
  }
}

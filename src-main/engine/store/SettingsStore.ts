import { Settings } from '#shared/api/snapshot.ts';
import { z } from 'zod';
import type { Db } from './storeContract.ts';

/** What the engine remembers of itself beside the owner's settings. */
const marks = {
  /** The swarm that is joined, or null. */
  currentSwarm: z.string().nullable(),
  /** The swarm that was joined last: its history is shown while none is joined. */
  lastSwarm: z.string().nullable(),
  onboarded: z.boolean(),
  backedUpAt: z.number().nullable(),
  /** UTC ms; `forever` until resumed. */
  snoozedUntil: z.union([z.number(), z.literal('forever')]).nullable(),
} as const;

export type MarkName = keyof typeof marks;
export type MarkValue<K extends MarkName> = z.output<(typeof marks)[K]>;

/** Owner's settings and marks, a JSON value per name. */
export class SettingsStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  /** Settings with the defaults of what was never set. */
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

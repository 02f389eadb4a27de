import type { Db } from './storeContract.ts';

export interface Announcement {
  readonly seq: number;
  readonly at: number;
  readonly level: 'info' | 'warning';
  readonly text: string;
}

/** Announcements by the operators of swarms. */
export class AnnouncementStore {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  add(swarmId: string, announcement: Announcement): void {
    const { seq, at, level, text } = announcement;
    this.#db
      .prepare(
        'INSERT INTO announcements (swarm_id, seq, at, level, text) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      )
      .run(swarmId, seq, Math.round(at), level, text);
  }

  /** The latest announcements, newest first. */
  list(swarmId: string, limit: number): Announcement[] {
    return this.#db
      .prepare<[string, number], Announcement>(
        'SELECT seq, at, level, text FROM announcements WHERE swarm_id = ? ORDER BY seq DESC LIMIT ?',
      )
      .all(swarmId, limit);
  }
}

import { InstalledModel } from '#shared/domain/models/installedModel.ts';
import type { ModelRecords, StoredModel } from '#engine/ports/ModelRecords.ts';
import type { Db, Writer } from './storeContract.ts';

const StoredModelRow = InstalledModel.omit({ path: true });

/** Index of the model files; independent of swarms. */
export class ModelStore implements ModelRecords {
  readonly #db: Db;
  readonly #writer: Writer;

  constructor(db: Db, writer: Writer) {
    this.#db = db;
    this.#writer = writer;
  }

  readonly list = (): Promise<readonly StoredModel[]> => {
    const rows = this.#db.prepare<[], { record: string }>('SELECT record FROM models ORDER BY digest').all();
    return Promise.resolve(rows.map((row) => StoredModelRow.parse(JSON.parse(row.record))));
  };

  readonly save = (model: StoredModel): Promise<void> =>
    this.#writer.write(() => {
      this.#db
        .prepare('INSERT INTO models (digest, record) VALUES (?, ?) ON CONFLICT DO UPDATE SET record = excluded.record')
        .run(model.digest, JSON.stringify(model));
    });

  readonly remove = (digest: string): Promise<void> =>
    this.#writer.write(() => {
      this.#db.prepare('DELETE FROM models WHERE digest = ?').run(digest);
    });
}

import { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import type { Db, Writer } from './storeContract.ts';

/** Number of reports kept; the oldest are deleted. */
const maxReports = 200;

/** Benchmark reports of this machine; independent of swarms. */
export class BenchmarkStore {
  readonly #db: Db;
  readonly #writer: Writer;

  constructor(db: Db, writer: Writer) {
    this.#db = db;
    this.#writer = writer;
  }

  /** The latest reports, newest first. Skips rows that a later version wrote in another format. */
  list(limit: number): BenchmarkReport[] {
    const rows = this.#db
      .prepare<[number], { report: string }>('SELECT report FROM benchmarks ORDER BY number DESC LIMIT ?')
      .all(limit);
    return rows.flatMap(({ report }) => {
      const parsed = BenchmarkReport.safeParse(JSON.parse(report));
      return parsed.success ? [parsed.data] : [];
    });
  }

  add(report: BenchmarkReport): Promise<void> {
    return this.#writer.write(() => {
      this.#db.prepare('INSERT INTO benchmarks (report) VALUES (?)').run(JSON.stringify(report));
      this.#db
        .prepare('DELETE FROM benchmarks WHERE number <= (SELECT MAX(number) FROM benchmarks) - ?')
        .run(maxReports);
    });
  }
}

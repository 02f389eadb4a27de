import { expect, test } from 'vitest';
import { UnitOfWork } from '#coordinator/storage/commit/UnitOfWork.ts';
import { ChunkTable } from '#coordinator/storage/sqlite/ChunkTable.ts';
import { migrations } from '#coordinator/storage/sqlite/schema.ts';
import { openDatabase } from '#node/openDatabase.ts';

test('answers are remembered up to so much text, the youngest longest', () => {
  const database = openDatabase({ file: ':memory:', migrations });
  const unit = new UnitOfWork();
  const table = new ChunkTable(database, unit);
  // Nothing is written, so that only what is remembered can be read. The text is one string, hence no memory.
  const text = 'x'.repeat(60_000);
  const keep = (run: () => void): void => {
    unit.begin();
    run();
    unit.seal();
    unit.keep();
  };
  const assignments = Array.from({ length: 40 }, (_, index) => `assignment ${index}`);
  for (const id of assignments) {
    for (let start = 0; start < 20; start += 1) keep(() => table.append(id, start, [1], text));
  }
  const remembered = assignments.filter((id) => table.text(id).length === 20 * text.length);
  // 120,000 bytes a chunk, 20 chunks, 64 MiB.
  expect(remembered).toEqual(assignments.slice(-27));
  database.close();
});

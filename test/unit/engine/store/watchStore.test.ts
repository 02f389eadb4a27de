import { expect, test } from 'vitest';
import { Problems } from '#engine/api/snapshot/Problems.ts';
import { watchStore } from '#engine/store/watchStore.ts';
import type { EngineStore } from '#engine/store/openEngineStore.ts';
import { Problem } from '#shared/api/snapshot.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

/** FAKE disk: it fails as told; the store's own way to SQLite is tested beside it. */
function storeThat(fails: () => SwarmError | null): EngineStore {
  const write = async (work: () => unknown): Promise<unknown> => {
    const error = fails();
    if (error !== null) throw error;
    return work();
  };
  return { write } as unknown as EngineStore;
}

test('a disk that refuses becomes a problem with what can be done, until a write works', async () => {
  let error: SwarmError | null = new SwarmError('storage_read_only', 'no');
  const problems = new Problems(() => undefined);
  const store = watchStore(
    storeThat(() => error),
    (code, problem) => problems.set(code, problem),
  );
  await expect(store.write(() => 1)).rejects.toBe(error);
  expect(problems.list().map((one) => Problem.parse(one))).toMatchObject([
    { code: 'storage_read_only', severity: 'danger', remedy: 'try_again' },
  ]);
  error = new SwarmError('storage_full', 'full');
  await expect(store.write(() => 1)).rejects.toBe(error);
  expect(problems.list().map(({ remedy }) => remedy)).toEqual(['try_again', 'make_room']);
  error = null;
  expect(await store.write(() => 7)).toBe(7);
  expect(problems.list()).toEqual([]);
});

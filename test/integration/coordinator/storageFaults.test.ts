import { afterEach, expect, test, vi } from 'vitest';
import { parseCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Command } from '#coordinator/books/Books.ts';
import type * as OpenStorage from '#coordinator/storage/openStorage.ts';
import type { ScriptedNode } from './ScriptedNode.ts';
import { joinNode, joinWorker, startSwarm, until } from './startSwarm.ts';

/** Faults between the coordinator and its real storage: what a kind of command does once instead of its rule. */
const faults = vi.hoisted(() => new Map<string, () => unknown>());

vi.mock('#coordinator/storage/openStorage.ts', async (importOriginal) => {
  const real = await importOriginal<typeof OpenStorage>();
  return {
    ...real,
    openStorage: (options: Parameters<typeof real.openStorage>[0]) => {
      const storage = real.openStorage(options);
      const run = (command: Command<unknown>): Promise<unknown> => {
        const fault = faults.get(command.kind);
        faults.delete(command.kind);
        return storage.books.run(fault === undefined ? command : { ...command, rule: fault });
      };
      return { ...storage, books: { run } };
    },
  };
});

const diskFull = (): never => {
  throw new SwarmError('storage_full');
};

afterEach(() => faults.clear());

/** A worker past its welcome task, and a requester that takes no work. */
async function pair() {
  const swarm = await startSwarm();
  const worker = await joinWorker(swarm);
  const requester = await joinNode(swarm);
  requester.takesOffers = false;
  return { swarm, worker, requester };
}

function completed(requester: ScriptedNode) {
  return until(() => requester.events.flatMap(({ event }) => (event.type === 'task:completed' ? [event] : [])).at(-1));
}

test.for([0, 2])(
  'a chunk that could not be stored after %i tokens is asked for again, and paid once',
  async (before) => {
    const { worker, requester } = await pair();
    await requester.submit();
    const answer = await until(() => worker.answers[0]);
    if (before > 0) await answer.send(answer.chunk([10, 11]));
    faults.set('appendChunk', diskFull);
    const lost = answer.chunk([12, 13]);
    expect(await answer.send(lost)).toMatchObject({ payload: { stored: before } });
    expect(await answer.send(lost)).toMatchObject({ payload: { stored: before + 2 } });
    await answer.send(answer.chunk([2], ''));
    expect(await answer.finish('eog')).toMatchObject({ payload: { state: 'accepted' } });
    const { task, text } = await completed(requester);
    expect(task).toMatchObject({ outputTokens: before + 3 });
    expect(text).toBe(before > 0 ? ' t10 t11 t12 t13' : ' t12 t13');
  },
);

test('a result whose end could not be stored is not acknowledged; sent again it is settled once', async () => {
  const { worker, requester } = await pair();
  const balances = async (node: ScriptedNode) => (await node.ask('account:read', {})).balances;
  const before = parseCredits((await balances(worker)).earned);
  await requester.submit();
  const answer = await until(() => worker.answers[0]);
  await answer.send(answer.chunk([10, 2]));
  faults.set('finishTask', diskFull);
  expect(await answer.finish('eog')).toMatchObject({ ok: false, error: { code: 'storage_full' } });
  expect(await answer.finish('eog')).toMatchObject({ ok: true, payload: { state: 'accepted' } });
  const { task } = await completed(requester);
  expect(task).toMatchObject({ status: 'completed', outputTokens: 2 });
  const spent = parseCredits((await balances(requester)).spent);
  const earned = parseCredits((await balances(worker)).earned) - before;
  expect(spent).toBe(parseCredits(task.credits));
  expect(earned).toBeGreaterThan(0n);
  expect(earned).toBeLessThan(spent);
});

test('a task that the store would not assign is offered again', async () => {
  const { worker, requester } = await pair();
  faults.set('assignTask', () => ({ kind: 'conflict' }));
  await requester.submit();
  const answer = await until(() => worker.answers[0]);
  expect(worker.offers.length).toBeGreaterThan(1);
  await answer.send(answer.chunk([10, 2]));
  await answer.finish('eog');
  expect(await completed(requester)).toMatchObject({ task: { status: 'completed', outputTokens: 2 } });
});

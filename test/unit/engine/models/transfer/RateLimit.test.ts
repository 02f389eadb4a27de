import { expect, test } from 'vitest';
import { RateLimit } from '#engine/models/transfer/RateLimit.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';

const never = new AbortController().signal;

/** Asks for a second's worth of bytes each, and notes when each of them may go on. */
function asking(rate: number | null) {
  const clock = new ManualClock();
  const limit = new RateLimit(clock, rate);
  const start = clock.monotonic();
  const done: Record<string, number> = {};
  const ask = (name: string, bytes: number, signal = never) =>
    limit.take(bytes, signal).then(() => void (done[name] = clock.monotonic() - start));
  return { clock, limit, done, ask };
}

test('each waits for its turn, the first first, and what was saved up is little', async () => {
  const { clock, done, ask } = asking(1000);
  const all = [ask('a', 1000), ask('b', 1000), ask('c', 500)];
  await clock.advance(5000);
  await Promise.all(all);
  expect(done).toEqual({ a: 900, b: 1900, c: 2400 });
  await ask('d', 100);
  expect(done['d']).toBe(5000);
});

test('another rate counts at once for those who wait, and so does none', async () => {
  const { clock, limit, done, ask } = asking(10);
  const all = [ask('a', 1000), ask('b', 1000), ask('c', 1000)];
  await clock.advance(5000);
  expect(done).toEqual({});
  limit.set(1000);
  await clock.advance(1000);
  expect(done).toEqual({ a: 5900 });
  limit.set(null);
  await Promise.all(all);
  expect(done).toEqual({ a: 5900, b: 6000, c: 6000 });
  expect(clock.pending).toBe(0);
});

test('whoever is stopped goes at once, and the others do not wait for bytes that nobody takes', async () => {
  const { clock, done, ask } = asking(1000);
  const stop = new AbortController();
  const reasons: unknown[] = [];
  for (const name of ['a', 'b']) ask(name, 600_000, stop.signal).catch((error: unknown) => reasons.push(error));
  const last = ask('c', 1000);
  await clock.advance(1000);
  stop.abort(new Error('stopped'));
  await settle();
  expect(reasons).toEqual([stop.signal.reason, stop.signal.reason]);
  await clock.advance(1000);
  await last;
  expect(done).toEqual({ c: 1900 });
  await expect(ask('d', 1, stop.signal)).rejects.toThrow('stopped');
});

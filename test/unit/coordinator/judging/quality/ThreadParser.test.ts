import { afterEach, beforeEach, expect, test } from 'vitest';
import { ThreadParser } from '#coordinator/judging/quality/ThreadParser.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';
import { until } from '#test/helpers/until.ts';

const ts = (code: string) => [{ code, language: 'typescript' }];
const endless = ts(`${'<a>('.repeat(40)}x${')'.repeat(40)}`);

/** Stands still while a thread starts and parses, however slow the machine is. */
let clock: ManualClock;
let parser: ThreadParser;
beforeEach(() => {
  clock = new ManualClock();
  parser = new ThreadParser({ clock, logger: silentLogger });
});
afterEach(() => parser.close());

test('the thread tells what parses, one request after the other', async () => {
  const verdicts = await Promise.all(
    [ts('const a: number = 1;'), ts('const a: ='), [], [...ts('a'), ...ts('(')]].map((pieces) => parser.parses(pieces)),
  );
  expect(verdicts).toEqual([true, false, null, false]);
});

test('what takes for ever has no verdict, and the next one is told all the same', async () => {
  // The thread is there now, so that the next limit is the one of the endless code.
  expect(await parser.parses(ts('a'))).toBe(true);
  const verdicts = [parser.parses(endless), parser.parses(ts('a'))];
  await until(() => clock.pending === 1, 'the endless code is under way');
  await clock.advance(200);
  expect(await Promise.all(verdicts)).toEqual([null, true]);
});

test('those behind many that take for ever do not wait for all of them', async () => {
  expect(await parser.parses(ts('a'))).toBe(true);
  const many = Array.from({ length: 100 }, () => parser.parses(endless));
  const behind = parser.parses(ts('a'));
  await until(() => clock.pending === 1, 'the first of them is under way');
  // As long as ten of them may take.
  await clock.advance(2001);
  expect(await Promise.all(many)).toEqual(many.map(() => null));
  expect(await behind).toBeNull();
});

test('a closed parser tells nothing, and nobody waits for ever', async () => {
  const asked = [parser.parses(endless), parser.parses(ts('a'))];
  await parser.close();
  expect(await Promise.all(asked)).toEqual([null, null]);
  expect(await parser.parses(ts('a'))).toBeNull();
});

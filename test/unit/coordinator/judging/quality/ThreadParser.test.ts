import { afterEach, beforeEach, expect, test } from 'vitest';
import { ThreadParser } from '#coordinator/judging/quality/ThreadParser.ts';
import { systemClock } from '#node/systemClock.ts';
import { silentLogger } from '#test/helpers/silentLogger.ts';

const ts = (code: string) => [{ code, language: 'typescript' }];
const endless = ts(`${'<a>('.repeat(40)}x${')'.repeat(40)}`);

let parser: ThreadParser;
beforeEach(() => {
  parser = new ThreadParser({ clock: systemClock, logger: silentLogger });
});
afterEach(() => parser.close());

test('the thread tells what parses, one request after the other', async () => {
  const verdicts = await Promise.all(
    [ts('const a: number = 1;'), ts('const a: ='), [], [...ts('a'), ...ts('(')]].map((pieces) => parser.parses(pieces)),
  );
  expect(verdicts).toEqual([true, false, null, false]);
});

test('what takes for ever has no verdict, and the next one is told all the same', async () => {
  const verdicts = await Promise.all([parser.parses(endless), parser.parses(ts('a'))]);
  expect(verdicts).toEqual([null, true]);
});

test('those behind many that take for ever do not wait for all of them', async () => {
  const began = performance.now();
  const many = Array.from({ length: 100 }, () => parser.parses(endless));
  expect(await parser.parses(ts('a'))).toBeNull();
  expect(await Promise.all(many)).toEqual(many.map(() => null));
  // All of them would take 20 s.
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a closed parser tells nothing, and nobody waits for ever', async () => {
  const asked = [parser.parses(endless), parser.parses(ts('a'))];
  await parser.close();
  expect(await Promise.all(asked)).toEqual([null, null]);
  expect(await parser.parses(ts('a'))).toBeNull();
});

import { expect, test } from 'vitest';
import { Trials } from '#engine/api/handlers/Trials.ts';
import type { EngineEvent } from '#shared/api/events.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';
import { SeededRandom } from '#test/simulation/SeededRandom.ts';
import { playedInference } from '#test/helpers/playedInference.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

function trials() {
  const events: EngineEvent[] = [];
  const inference = playedInference();
  const clock = new ManualClock();
  const all = new Trials({ inference, clock, random: new SeededRandom(1), emit: (event) => events.push(event) });
  return { events, inference, clock, all };
}

const wish = { prompt: { kind: 'text' as const, text: 'let a' }, maxTokens: 10, temperature: 0 };
const timings = { promptMs: 1, firstTokenMs: 1, decodeMs: 1 };

test('an answer is told piece by piece with its speed, then its end', async () => {
  const { events, inference, clock, all } = trials();
  const tryId = all.start(starterModel, wish);
  const [run] = inference.runs;
  expect(run?.request.sampler).toMatchObject({ mode: 'greedy', maxTokens: 10 });
  run?.hooks.onStarted([1, 2, 3]);
  run?.hooks.onTokens(0, [4], ' =');
  await clock.advance(100);
  run?.hooks.onTokens(1, [5, 6], ' 1;');
  run?.end({ kind: 'ended', finish: 'eog', count: 3, timings });
  await settle();
  expect(events).toEqual([
    { name: 'try:frame', payload: { tryId, text: ' =', tokens: 1, tokensPerSecond: null } },
    { name: 'try:frame', payload: { tryId, text: ' 1;', tokens: 3, tokensPerSecond: 20 } },
    {
      name: 'try:ended',
      payload: { tryId, tokens: 3, promptTokens: 3, tokensPerSecond: 20, finish: 'eog', problem: null },
    },
  ]);
});

test('stopping reaches the run, and a failure is a sentence', async () => {
  const { events, inference, all } = trials();
  const tryId = all.start(starterModel, { ...wish, temperature: 0.7 });
  const [run] = inference.runs;
  expect(run?.request.sampler.mode).toBe('sampled');
  all.stop(tryId);
  expect(run?.hooks.signal.aborted).toBe(true);
  run?.end({ kind: 'failed', code: 'out_of_memory', message: 'It needs more.', delivered: 0 });
  await settle();
  expect(events).toMatchObject([{ name: 'try:ended', payload: { finish: 'failed', problem: 'It needs more.' } }]);
  all.stop(tryId);
});

test('only a few answers are written at once', () => {
  const { all } = trials();
  for (let i = 0; i < 4; i += 1) all.start(starterModel, wish);
  expect(() => all.start(starterModel, wish)).toThrow(/another answer/);
});

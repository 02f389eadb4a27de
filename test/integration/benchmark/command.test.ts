import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { callEngine } from '#test/helpers/callEngine.ts';
import { descendants, newHome, openSwarm, removeHome, RunningCommand } from '#test/helpers/openSwarmCommand.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const home = newHome('benchmark');
const running: RunningCommand[] = [];
afterAll(async () => {
  for (const command of running.splice(0)) await command.stop();
  removeHome(home);
});

/** The last line as scripts read it. */
const Result = z.object({
  event: z.literal('result'),
  memoryGBs: z.number().positive(),
  disk: z.object({ writeMBs: z.number().positive(), readMBs: z.number().positive() }),
  link: z.object({ roundTripMs: z.number().positive() }).nullable(),
  models: z
    .array(
      z.object({
        digest: z.string().length(64),
        name: z.string(),
        threads: z.int().min(1),
        slots: z.int().min(1),
        prefillTokensPerSecond: z.number().positive(),
        decode: z.array(z.object({ sequences: z.int().min(1), tokensPerSecond: z.number().positive() })).min(1),
        spread: z.number().min(0),
      }),
    )
    .min(1),
});

describe('open-swarm benchmark', () => {
  test('measures a new data folder without an engine: progress lines, then the result', async () => {
    const { code, lines, errors } = await openSwarm(['benchmark', '--quick', '--json', '--home', home]);
    expect(errors).toBe('');
    expect(code).toBe(0);
    expect(lines.slice(0, -1).every((line) => line['event'] === 'progress')).toBe(true);
    const result = Result.parse(lines.at(-1));
    expect(result.link).toBe(null);
    expect(result.models[0]?.decode.map(({ sequences }) => sequences)).toContain(1);
    expect(existsSync(path.join(home, 'benchmark.part'))).toBe(false);
  });

  test('Ctrl-C ends it and everything it started, and nothing is stored', async () => {
    const command = new RunningCommand(['benchmark', '--json', '--home', home]);
    running.push(command);
    await command.line((line) => line['phase'] === 'decode');
    const below = descendants(command.child.pid ?? 0);
    expect(below.length).toBeGreaterThan(0);
    command.signal('SIGINT');
    const { code, lines } = await command.ended;
    expect(code).toBe(1);
    expect(lines.at(-1)).toMatchObject({ event: 'error', code: 'cancelled' });
  });

  test('with a running engine it measures the way to its coordinator too, and compares with last time', async () => {
    const engine = new RunningCommand(['start', '--headless', '--private-swarm', '--json', '--home', home]);
    running.push(engine);
    await engine.event('ready');
    const wrong = await openSwarm(['benchmark', '--model', 'no such model', '--json', '--home', home]);
    expect(wrong.lines).toMatchObject([{ event: 'error', code: 'model_unknown' }]);
    expect(wrong.code).toBe(1);
    const args = ['benchmark', '--quick', '--model', 'Open Swarm Starter JS', '--json', '--home', home];
    const { code, lines } = await openSwarm(args);
    expect(code).toBe(0);
    expect(Result.parse(lines.at(-1)).link).not.toBe(null);
    const { benchmark } = await callEngine(home, 'snapshot', {});
    expect(benchmark.running).toBe(null);
    expect(benchmark.last?.link.value).not.toBe(null);
    expect(benchmark.previous?.link.value).toBe(null);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '#shared/util/clock.ts';
import { ChildProgram } from '#engine/machine/platform/ChildProgram.ts';
import { openLogger } from '#engine/machine/platform/openLogger.ts';
import { RotatingFile } from '#engine/machine/platform/RotatingFile.ts';
import { tailLines } from '#engine/machine/platform/tailLines.ts';
import { watchClock } from '#engine/machine/platform/watchClock.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-platform-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the log', () => {
  it('keeps one old file, so that its size is bounded', () => {
    const file = path.join(folder, 'x.log');
    const log = new RotatingFile(file, 1000);
    for (let line = 0; line < 100; line += 1) log.write(`${String(line).padStart(99, '.')}\n`);
    log.close();
    expect(statSync(file).size).toBeLessThanOrEqual(1100);
    expect(statSync(`${file}.old`).size).toBeLessThanOrEqual(1100);
    expect(readFileSync(file, 'utf8')).toContain('99\n');
  });

  it('that cannot be written costs lines, never the program', () => {
    writeFileSync(path.join(folder, 'file'), '');
    const { logger, close } = openLogger({ file: path.join(folder, 'file', 'x.log') });
    for (let line = 0; line < 300; line += 1) logger.info('hello');
    close();
    expect(readFileSync(path.join(folder, 'file'), 'utf8')).toBe('');
  });

  it('is JSON with service and level, without what must not be in it, and readable on the screen', () => {
    const shown: string[] = [];
    const file = path.join(folder, 'x.log');
    const { logger, close } = openLogger({ file, show: (line) => shown.push(line) });
    logger.child({ room: 'test' }).warn('something', { task_id: 'T', secret: 'hush', prompt: 'hush' });
    logger.debug('not worth a line');
    close();
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 40,
      service: 'engine',
      msg: 'something',
      room: 'test',
      task_id: 'T',
    });
    expect(lines[0]).not.toContain('hush');
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(/^\d\d:\d\d:\d\d warning something task_id=T/);
  });

  it('shows its last lines', () => {
    const file = path.join(folder, 'x.log');
    expect(tailLines(file, 5)).toEqual([]);
    writeFileSync(file, Array.from({ length: 1000 }, (_, line) => `line ${line}\n`).join(''));
    expect(tailLines(file, 3)).toEqual(['line 997', 'line 998', 'line 999']);
  });
});

describe('the clock watch', () => {
  it('tells jumps in both directions, with their size, and nothing else', async () => {
    const steady = new ManualClock();
    let offset = 0;
    const clock: Clock = {
      now: () => steady.now() + offset,
      monotonic: () => steady.monotonic(),
      setTimer: (delayMs, run) => steady.setTimer(delayMs, run),
    };
    const jumps: number[] = [];
    const stop = watchClock(clock, (jumpedMs) => jumps.push(jumpedMs));
    await steady.advance(60_000);
    offset = 3_600_000;
    await steady.advance(60_000);
    offset = 0;
    await steady.advance(60_000);
    expect(jumps).toEqual([3_600_000, -3_600_000]);
    stop();
    offset = 1e9;
    await steady.advance(60_000);
    expect(jumps).toHaveLength(2);
    expect(steady.pending).toBe(0);
  });
});

describe('a child program', () => {
  function run(script: string): { program: ChildProgram; lines: string[] } {
    const entry = path.join(folder, 'child.mjs');
    writeFileSync(entry, script);
    const lines: string[] = [];
    const onLine = (source: string, line: string): void => void lines.push(`${source}: ${line}`);
    return {
      program: new ChildProgram({ node: process.execPath, entry, args: ['a'], env: process.env, onLine }),
      lines,
    };
  }

  it('tells its lines, and its last words with its end', async () => {
    const { program, lines } = run('console.log(process.argv[2]); console.error("no"); process.exitCode = 3;');
    expect(await program.ended).toEqual({ code: 3, signal: null, lastWords: 'no' });
    expect(lines.toSorted()).toEqual(['errors: no', 'output: a']);
  });

  it('ends when its pipe closes', async () => {
    const file = path.join(folder, 'bye');
    const { program } = run(
      `import { writeFileSync } from 'node:fs'; process.stdin.on('end', () => writeFileSync(${JSON.stringify(file)}, '')).resume();`,
    );
    await program.stop(10_000);
    expect(existsSync(file)).toBe(true);
  });

  it('that does not want to end is ended', async () => {
    const { program } = run('setInterval(() => {}, 1000); process.stdin.resume();');
    await program.stop(200);
    expect(await program.ended).toMatchObject({ signal: 'SIGKILL' });
  });
});

import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatTable, formatTime, withoutSign } from '#main/cli/program/formatTable.ts';
import { openWindow } from '#main/cli/running/openWindow.ts';
import { readSwarmSecret } from '#main/cli/running/readSwarmSecret.ts';
import { parseDuration } from '#main/cli/program/parseDuration.ts';
import { type CommandWorld, createContext } from '#main/cli/program/CommandContext.ts';

const quietWorld: CommandWorld = {
  env: {},
  out: () => {},
  note: () => {},
  readInput: () => Promise.resolve(''),
  askHidden: () => Promise.resolve(''),
  onInterrupt: () => () => {},
};

describe('words of the command line', () => {
  it.each([
    ['30', 30_000],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['500ms', 500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['soon', undefined],
    ['-1s', undefined],
    ['2d', 172_800_000],
    ['1w', undefined],
    ['', undefined],
  ])('a duration %s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it('a table has columns of equal width, numbers on the right', () => {
    expect(
      formatTable(
        ['NAME', '>N'],
        [
          ['a', '1'],
          ['long name', '100'],
        ],
      ),
    ).toBe(['NAME         N', 'a            1', 'long name  100'].join('\n'));
    expect(formatTable(['NAME'], [])).toBe('NAME');
  });

  it('a table aligns names by the columns they take, and prints no control characters', () => {
    const rows = [
      ['模型', 'a'],
      ['👩‍💻 code', 'b'],
      ['e\u0301te', 'c'],
      ['\u001b[2Jx\ny', 'd'],
    ];
    expect(formatTable(['NAME', 'X'], rows)).toBe(
      ['NAME     X', '模型     a', '👩‍💻 code  b', 'e\u0301te      c', ' [2Jx y  d'].join('\n'),
    );
  });

  it('times are local and sortable, amounts have no sign', () => {
    expect(formatTime(new Date(2026, 0, 2, 3, 4).getTime())).toBe('2026-01-02 03:04');
    expect(withoutSign('-1.5')).toBe('1.5');
    expect(withoutSign('1.5')).toBe('1.5');
  });

  it('the secret of a swarm comes from a file or the environment, never from an argument', async () => {
    const file = path.join(tmpdir(), `open-swarm-secret-${process.pid}`);
    writeFileSync(file, 'hush\n');
    const withEnv = (env: Record<string, string>) => createContext({ ...quietWorld, env }, { home: '/', json: false });
    expect(await readSwarmSecret(withEnv({}), undefined)).toEqual({});
    expect(await readSwarmSecret(withEnv({ OPEN_SWARM_SECRET: 'other' }), undefined)).toEqual({ secret: 'other' });
    expect(await readSwarmSecret(withEnv({ OPEN_SWARM_SECRET: 'other' }), file)).toEqual({ secret: 'hush' });
    rmSync(file);
    await expect(readSwarmSecret(withEnv({}), file)).rejects.toMatchObject({ code: 'wrong_use' });
  });

  it('without a display there is no window, and it is said why', async () => {
    const context = createContext(quietWorld, { home: '/tmp', json: false });
    expect(await openWindow(context, () => Promise.resolve(), 'linux')).toEqual({
      kind: 'no_window',
      why: 'there is no display',
    });
  });
});

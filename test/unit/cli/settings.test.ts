import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { parseSettingName, parseSettingValue, type SettingName } from '#main/cli/settings/parseSettingValue.ts';
import { systemClock } from '#node/systemClock.ts';
import { Settings } from '#shared/api/snapshot.ts';
import { parseSchedule } from '#shared/domain/machine/weekSchedule.ts';
import { sampleSnapshot } from '#test/helpers/sampleSnapshot.ts';
import { openTestApi } from '#test/unit/engine/api/socket/openTestApi.ts';
import { runTestCommand } from './runTestCommand.ts';

describe('a value as it is typed', () => {
  it.each<[SettingName, string, unknown]>([
    ['contribution.cpuShare', '40', 40],
    ['contribution.cpuShare', '40 %', 40],
    ['contribution.yieldToPrograms', 'off', false],
    ['contribution.yieldToPrograms', 'true', true],
    ['contribution.maxTemperature', '80°C', 80],
    ['contribution.maxTemperature', 'none', null],
    ['contribution.memoryLimit', '8GB', 8e9],
    ['contribution.threads', 'null', null],
    ['contribution.exclusivePrograms', 'steam', ['steam']],
    ['contribution.exclusivePrograms', 'Doom Eternal, steam.exe', ['Doom Eternal', 'steam.exe']],
    ['contribution.exclusivePrograms', '["a,b"]', ['a,b']],
    ['contribution.exclusivePrograms', '', []],
    ['contribution.exclusivePrograms', 'none', []],
    ['contribution.maintenance', 'none', []],
    ['contribution.maxTemperature', 'off', null],
    ['downloads.bytesPerSecond', '500K', 512_000],
    ['downloads.bytesPerSecond', 'none', null],
    [
      'contribution.maintenance',
      '2026-12-24/2026-12-26',
      [{ from: new Date(2026, 11, 24).getTime(), until: new Date(2026, 11, 26).getTime() }],
    ],
    ['node.name', 'none', 'none'],
    ['contribution.schedule', 'Mon-Fri 18:00-23:00', parseSchedule('Mon-Fri 18:00-23:00')],
    ['contribution.schedule', 'always', null],
    [
      'contribution.maintenance',
      '2026-12-24T08:00Z/2026-12-24T10:00Z',
      [{ from: Date.UTC(2026, 11, 24, 8), until: Date.UTC(2026, 11, 24, 10) }],
    ],
    ['node.name', 'desk', 'desk'],
    ['node.name', '42', '42'],
  ])('%s %s', (name, text, value) => {
    expect(parseSettingValue(name, text)).toEqual({ [name]: value });
  });

  it.each<[SettingName, string]>([
    ['contribution.cpuShare', '0'],
    ['contribution.cpuShare', 'half'],
    ['contribution.schedule', 'Someday'],
    ['contribution.maintenance', '2026-12-24T10:00Z/2026-12-24T08:00Z'],
    ['contribution.yieldToPrograms', 'maybe'],
  ])('%s refuses %s and names the setting', (name, text) => {
    expect(() => parseSettingValue(name, text)).toThrow(name);
  });

  it('an unknown name is answered with those that exist', () => {
    expect(() => parseSettingName('contribution.cpu')).toThrow('contribution.cpuShare');
  });

  it('what every object has is no setting', () => {
    expect(() => parseSettingName('toString')).toThrow('There is no setting');
    expect(() => parseSettingValue('contribution.yieldToPrograms', 'toString')).toThrow('cannot be "toString"');
  });

  it('every setting is known by its name', () => {
    for (const name of Object.keys(Settings.shape)) expect(parseSettingName(name)).toBe(name);
  });
});

describe('settings of a running engine', () => {
  it('are shown, asked for and changed under the names of the page', async () => {
    const { settings } = sampleSnapshot();
    const asked: unknown[] = [];
    const test = await openTestApi({
      handlers: {
        snapshot: async () => sampleSnapshot(),
        'settings.set': async (change) => {
          asked.push(change);
          return Settings.parse({ ...settings, ...change });
        },
      },
    });
    const run = (...args: string[]) => runTestCommand(['settings', ...args, '--home', test.home, '--json']);
    expect((await run()).lines).toEqual([{ ...settings }]);
    expect((await run('get', 'contribution.cpuShare')).lines).toEqual([{ key: 'contribution.cpuShare', value: 75 }]);
    const set = await run('set', 'contribution.exclusivePrograms', 'steam');
    expect(set.lines).toEqual([{ key: 'contribution.exclusivePrograms', value: ['steam'] }]);
    expect(asked).toEqual([{ 'contribution.exclusivePrograms': ['steam'] }]);
    expect((await run('get', 'contribution.nothing')).code).toBe(2);
    expect((await run('set', 'contribution.cpuShare', 'x')).code).toBe(2);
    await test.api.close();
  });
});

describe('settings without a running engine', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), 'open-swarm-settings-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));
  const run = (...args: string[]) => runTestCommand(['settings', ...args, '--home', home, '--json']);

  it('can be set before the first start', async () => {
    expect((await run('set', 'contribution.on', 'off')).code).toBe(0);
    expect((await run('get', 'contribution.on')).lines).toEqual([{ key: 'contribution.on', value: false }]);
  });

  it('are read and changed in the data folder; those of before keep their values', async () => {
    const store = openEngineStore({ file: path.join(home, 'engine.db'), clock: systemClock });
    store.settings.save({ 'contribution.on': false, 'node.name': 'old name' });
    store.close();
    expect((await run('set', 'contribution.cpuShare', '40')).lines).toEqual([
      { key: 'contribution.cpuShare', value: 40 },
    ]);
    const [all] = (await run()).lines;
    expect(all).toMatchObject({
      'contribution.on': false,
      'node.name': 'old name',
      'contribution.cpuShare': 40,
      'contribution.yieldToPrograms': true,
    });
  });
});

describe('pause and resume', () => {
  it('ask the engine and tell what it says then', async () => {
    const asked: unknown[] = [];
    const reason = { code: 'snoozed', title: 'Paused until 18:00', text: 'It resumes by itself.', resumesAt: 1000 };
    const contribution = { ...sampleSnapshot().contribution, state: 'paused' as const, reason };
    const test = await openTestApi({
      handlers: {
        snapshot: async () => sampleSnapshot({ contribution }),
        'contribution.pause': async (input) => {
          asked.push(input);
          return {};
        },
        'contribution.resume': async () => {
          asked.push('resume');
          return {};
        },
      },
    });
    const run = (...args: string[]) => runTestCommand([...args, '--home', test.home, '--json']);
    const { lines } = await run('pause', '--for', '15m');
    const { resumesAt: _, ...said } = reason;
    expect(lines).toEqual([
      { event: 'paused', state: 'paused', reason: { ...said, resumes: '1970-01-01T00:00:01.000Z' } },
    ]);
    await run('pause', '--until', 'tomorrow', '--finish');
    await run('pause');
    await run('resume');
    expect(asked).toEqual([
      { forMs: 900_000, finish: false },
      { forMs: null, until: 'tomorrow', finish: true },
      { forMs: null, finish: false },
      'resume',
    ]);
    expect((await run('pause', '--for', '8d')).code).toBe(2);
    expect((await run('pause', '--for', '1h', '--until', 'tomorrow')).code).toBe(2);
    await test.api.close();
  });
});

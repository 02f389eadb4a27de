import { describe, expect, test } from 'vitest';
import { type TrayModel, trayMenu } from '#main/electron/desktop/trayMenu.ts';
import type { HostedEngineState } from '#shared/api/hostContract.ts';
import type { Contribution } from '#shared/api/snapshot.ts';

const running: HostedEngineState = { kind: 'running' };

function contribution(state: Contribution['state'], changes: Partial<Contribution> = {}): Contribution {
  const reason = { code: 'x', title: `Title of ${state}`, text: 'why', resumesAt: null };
  return { state, reason, on: true, snoozedUntil: null, share: null, keepAwake: false, ...changes };
}

function labels(model: TrayModel): string[] {
  return model.items.map((item) => ('separator' in item ? '—' : item.label));
}

describe('the tray', () => {
  test('says how things are and offers to pause', () => {
    const model = trayMenu({ engine: running, contribution: contribution('working'), earnedToday: '1.25' });
    expect(model.tooltip).toBe('Open Swarm · Title of working');
    expect(labels(model)).toEqual([
      'Title of working',
      'Today: 1.25 credits',
      '—',
      'Pause',
      'Pause for 15 minutes',
      'Pause for 1 hour',
      'Pause until tomorrow',
      'Finish, then pause',
      '—',
      'Open Open Swarm',
      'Quit',
    ]);
    expect(model.items).toContainEqual({
      label: 'Pause for 15 minutes',
      action: { type: 'pause', forMs: 900_000 },
    });
  });

  test.each(['paused', 'snoozed'])('offers to resume what the owner %s', (code) => {
    const reason = { code, title: 'Paused', text: 'why', resumesAt: null };
    const model = trayMenu({ engine: running, contribution: contribution('paused', { reason }), earnedToday: null });
    expect(labels(model)).toContain('Resume');
    expect(labels(model)).not.toContain('Pause');
  });

  test('a rule that pauses says what would end it; there is nothing to resume', () => {
    const reason = { code: 'battery', title: 'Paused: on battery', text: 'Plug in to resume.', resumesAt: null };
    const model = trayMenu({ engine: running, contribution: contribution('paused', { reason }), earnedToday: null });
    expect(labels(model)).toEqual(expect.arrayContaining(['Paused: on battery', 'Plug in to resume.', 'Pause']));
    expect(labels(model)).not.toContain('Resume');
    expect(labels(model)).not.toContain('Finish, then pause');
  });

  test.each([contribution('no_swarm'), contribution('ready', { on: false }), null])(
    'has nothing to pause with %o',
    (state) => {
      const model = trayMenu({ engine: running, contribution: state, earnedToday: null });
      expect(labels(model).filter((label) => /Pause|Resume/.test(label))).toEqual([]);
    },
  );

  test('offers to start an engine that gave up', () => {
    const model = trayMenu({ engine: { kind: 'gave_up', why: 'x' }, contribution: null, earnedToday: null });
    expect(model.items[0]).toEqual({ label: 'The engine has stopped' });
    expect(model.items).toContainEqual({ label: 'Restart the engine', action: { type: 'retry' } });
  });

  test.each([
    [{ kind: 'starting' }, 'Starting'],
    [{ kind: 'restarting', inMs: 1, why: 'x' }, 'Restarting the engine'],
    [{ kind: 'stopping' }, 'Stopping after running tasks'],
  ] as const)('says %o', (engine, words) => {
    expect(labels(trayMenu({ engine, contribution: null, earnedToday: null }))[0]).toBe(words);
  });
});

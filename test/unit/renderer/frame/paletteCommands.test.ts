import { expect, test } from 'vitest';
import { commandsNow, type PaletteCommandId, type PaletteFacts } from '#renderer/frame/palette/paletteCommands.ts';

const ready: PaletteFacts = {
  engineConnected: true,
  contribution: { on: true, state: 'ready' },
  snoozed: false,
  joined: { ownCoordinator: true },
  measuring: false,
  updates: null,
};

function now(change: Partial<PaletteFacts>): readonly PaletteCommandId[] {
  return commandsNow({ ...ready, ...change }).flatMap(([, commands]) => commands);
}

test('offers only available commands', () => {
  expect(now({})).toEqual([
    'pause',
    'contribute',
    'measure',
    'add_model',
    'copy_invite',
    'join_swarm',
    'leave_swarm',
    'export_tasks',
    'export_ledger',
    'back_up',
    'theme',
    'keys',
  ]);
});

test('offers pausing after the current task only while working, and resuming only while paused', () => {
  expect(now({ contribution: { on: true, state: 'working' } })).toContain('stop_after_task');
  expect(now({ snoozed: true, contribution: { on: true, state: 'paused' } }).slice(0, 2)).toEqual([
    'resume',
    'contribute',
  ]);
  expect(now({ contribution: { on: false, state: 'paused' } })[0]).toBe('contribute');
});

test('offers no commands of a swarm that is not joined or not owned, and no second benchmark', () => {
  const none = now({ joined: null });
  expect(none).toContain('join_swarm');
  expect(none).not.toContain('leave_swarm');
  expect(none).not.toContain('copy_invite');
  expect(now({ joined: { ownCoordinator: false } })).not.toContain('copy_invite');
  expect(now({ measuring: true })).not.toContain('measure');
});

test('offers to check for updates while idle, and to install one that is ready', () => {
  expect(now({ updates: 'idle' })).toContain('check_for_updates');
  expect(now({ updates: 'failed' })).toContain('check_for_updates');
  expect(now({ updates: 'ready' })).toContain('install_update');
  for (const updates of ['off', 'checking', 'downloading'] as const) {
    expect(now({ updates })).toEqual(now({}));
  }
});

test('offers only window commands without the engine', () => {
  expect(now({ engineConnected: false, updates: 'idle' })).toEqual(['check_for_updates', 'theme', 'keys']);
});

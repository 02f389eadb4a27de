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

test('offers what makes sense now, and nothing else', () => {
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

test('stopping after the current task only while one runs; resuming only while paused', () => {
  expect(now({ contribution: { on: true, state: 'working' } })).toContain('stop_after_task');
  expect(now({ snoozed: true, contribution: { on: true, state: 'paused' } }).slice(0, 2)).toEqual([
    'resume',
    'contribute',
  ]);
  expect(now({ contribution: { on: false, state: 'paused' } })[0]).toBe('contribute');
});

test('nothing of a swarm that is not joined or not one’s own, and no second measurement', () => {
  const none = now({ joined: null });
  expect(none).toContain('join_swarm');
  expect(none).not.toContain('leave_swarm');
  expect(none).not.toContain('copy_invite');
  expect(now({ joined: { ownCoordinator: false } })).not.toContain('copy_invite');
  expect(now({ measuring: true })).not.toContain('measure');
});

test('updates: looked for while nothing is under way, installed when one is ready', () => {
  expect(now({ updates: 'idle' })).toContain('check_for_updates');
  expect(now({ updates: 'failed' })).toContain('check_for_updates');
  expect(now({ updates: 'ready' })).toContain('install_update');
  for (const updates of ['off', 'checking', 'downloading'] as const) {
    expect(now({ updates })).toEqual(now({}));
  }
});

test('without the engine only what the window can do', () => {
  expect(now({ engineConnected: false, updates: 'idle' })).toEqual(['check_for_updates', 'theme', 'keys']);
});

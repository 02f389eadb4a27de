import { expect, test, vi } from 'vitest';
import type { HostBridge } from '#shared/api/hostNames.ts';

// Electron's binary is not here, so the module is replaced: this checks what preload asks of it.
const seen = vi.hoisted(() => ({
  exposed: new Map<string, unknown>(),
  invoked: [] as unknown[][],
  listeners: new Set<(event: unknown, name: unknown, payload: unknown) => void>(),
}));

vi.mock('electron', () => ({
  contextBridge: { exposeInMainWorld: (name: string, value: unknown) => seen.exposed.set(name, value) },
  ipcRenderer: {
    invoke: async (...args: unknown[]) => {
      seen.invoked.push(args);
      return 'answer';
    },
    on: (_channel: string, listener: (event: unknown, name: unknown, payload: unknown) => void) =>
      seen.listeners.add(listener),
    off: (_channel: string, listener: (event: unknown, name: unknown, payload: unknown) => void) =>
      seen.listeners.delete(listener),
  },
  webUtils: { getPathForFile: (file: File) => `/models/${file.name}` },
}));

await import('#main/electron/preload/preload.ts');
const bridge = seen.exposed.get('openSwarm') as HostBridge;

test('exposes three functions and nothing else', () => {
  expect([...seen.exposed.keys()]).toEqual(['openSwarm']);
  expect(Object.keys(bridge).toSorted()).toEqual(['call', 'pathOf', 'subscribe']);
});

test('passes known calls on', async () => {
  expect(await bridge.call('badge.set', { count: 1 })).toBe('answer');
  expect(seen.invoked).toEqual([['open-swarm:call', 'badge.set', { count: 1 }]]);
});

test('refuses unknown names', async () => {
  const before = seen.invoked.length;
  await expect(bridge.call('shell.execute' as 'engine')).rejects.toThrow('no call');
  expect(() => bridge.subscribe('everything' as 'navigate', () => {})).toThrow('no event');
  expect(seen.invoked).toHaveLength(before);
});

test('gives the payload of one event, never the event object, until unsubscribed', () => {
  const got: unknown[][] = [];
  const stop = bridge.subscribe('navigate', (...args) => got.push(args));
  const emit = (name: string, payload: unknown) => {
    for (const listener of seen.listeners) listener({ sender: 'secret' }, name, payload);
  };
  emit('navigate', { to: '/tasks' });
  emit('engine.state', { kind: 'running' });
  stop();
  emit('navigate', { to: '/earnings' });
  expect(got).toEqual([[{ to: '/tasks' }]]);
});

test('tells where a dropped file lies, and nothing about anything else', () => {
  expect(bridge.pathOf(new File([], 'a.gguf'))).toBe('/models/a.gguf');
  expect(bridge.pathOf('/etc/passwd')).toBe('');
});

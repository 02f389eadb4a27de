import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createHostCalls, type HostPorts } from '#main/electron/window/createHostCalls.ts';
import { hostCalls } from '#shared/api/hostContract.ts';
import { hostCallNames } from '#shared/api/hostNames.ts';

function ports() {
  let autostart = false;
  return {
    engine: {
      running: async () => ({ home: '/data/home', port: 4100, secret: `owner.${'k'.repeat(43)}`, ours: true }),
      state: () => ({ kind: 'running' as const }),
      retry: vi.fn<() => void>(),
    },
    autostart: {
      get: async () => autostart,
      set: async (on: boolean) => {
        autostart = on;
      },
    },
    showInFolder: vi.fn<(file: string) => void>(),
    openDialog: vi.fn<HostPorts['openDialog']>(async () => '/somewhere/model.gguf'),
    setBadge: vi.fn<(count: number) => void>(),
    notify: vi.fn<(title: string, body: string) => void>(),
    updates: {
      state: () => ({ kind: 'off' as const, why: 'x' }),
      check: async () => ({ kind: 'off' as const, why: 'x' }),
      install: vi.fn<() => void>(),
    },
    takeInviteLink: () => 'openswarm://h:1#swm_a.b',
  } satisfies HostPorts;
}

let given: ReturnType<typeof ports>;
let call: ReturnType<typeof createHostCalls>;
beforeEach(() => {
  given = ports();
  call = createHostCalls(given);
});

describe('the page', () => {
  test('learns where the engine is', async () => {
    expect(await call('engine', undefined)).toEqual({
      url: 'http://127.0.0.1:4100',
      secret: `owner.${'k'.repeat(43)}`,
    });
  });

  test('gets answers that fit the contract for every name', async () => {
    const inputs: Record<string, unknown> = {
      'autostart.set': { on: true },
      reveal: { path: '/data/home/logs/engine.log' },
      openFile: { title: 'Model', kind: 'file' },
      'badge.set': { count: 2 },
      notify: { title: 'a', body: 'b' },
    };
    for (const name of hostCallNames) {
      const answer = await call(name, inputs[name]);
      expect(hostCalls[name].output.safeParse(answer), name).toMatchObject({ success: true });
    }
    expect(given.showInFolder).toHaveBeenCalledWith('/data/home/logs/engine.log');
    expect(given.setBadge).toHaveBeenCalledWith(2);
    expect(given.openDialog).toHaveBeenCalledWith({ title: 'Model', kind: 'file', filters: [] });
  });

  test('switches autostart and sees what the system made of it', async () => {
    expect(await call('autostart.set', { on: true })).toEqual({ on: true });
    expect(await call('autostart.get', undefined)).toEqual({ on: true });
  });

  test.each(['/etc/passwd', '/data/home/../other', '/data/homes/x', 'relative/path'])(
    'may not reveal %s',
    async (path) => {
      await expect(call('reveal', { path })).rejects.toMatchObject({ code: 'host_call_refused' });
      expect(given.showInFolder).not.toHaveBeenCalled();
    },
  );

  test.each([['quit'], ['toString'], ['__proto__'], [null], [{ name: 'engine' }]])('has no call %j', async (name) => {
    await expect(call(name, undefined)).rejects.toMatchObject({ code: 'host_call_refused' });
  });

  test.each([
    ['badge.set', { count: -1 }, 'count'],
    ['badge.set', undefined, 'badge.set'],
    ['notify', { title: 'x'.repeat(101), body: '' }, 'title'],
    ['autostart.set', { on: 'yes' }, 'on'],
    ['engine', { extra: 1 }, 'engine'],
  ])('is told which field of %s is wrong in %j', async (name, input, field) => {
    await expect(call(name, input)).rejects.toThrow(field);
  });
});

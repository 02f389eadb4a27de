import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppUpdates, type Updater } from '#main/electron/AppUpdates.ts';
import type { UpdatesState } from '#shared/api/hostContract.ts';

/** FAKE updater: the real one needs an installed package and an update server. */
class ScriptedUpdater extends EventEmitter implements Updater {
  autoDownload = false;
  autoInstallOnAppQuit = false;
  disableWebInstaller = false;
  installed = 0;
  script: () => void = () => {};

  async checkForUpdates(): Promise<void> {
    this.script();
  }

  quitAndInstall(): void {
    this.installed += 1;
  }
}

let updater: ScriptedUpdater;
let seen: UpdatesState[];
let updates: AppUpdates;
beforeEach(() => {
  updater = new ScriptedUpdater();
  seen = [];
  updates = new AppUpdates({ updater, now: () => 42, onState: (state) => seen.push(state) });
});

describe('updates', () => {
  test('are off, with a reason, where there is no package', async () => {
    const off = new AppUpdates({ updater: null, now: () => 0, onState: () => {} });
    expect(await off.check()).toMatchObject({ kind: 'off', why: expect.stringContaining('package') as string });
    off.install();
  });

  test('download and install when told', async () => {
    updater.script = () => {
      updater.emit('checking-for-update');
      updater.emit('update-available', { version: '2.0.0' });
      updater.emit('download-progress', { percent: 49.6 });
      updater.emit('update-downloaded', { version: '2.0.0' });
    };
    expect(await updates.check()).toEqual({ kind: 'ready', version: '2.0.0' });
    expect(seen).toEqual([
      { kind: 'checking' },
      { kind: 'downloading', version: '2.0.0', percent: 0 },
      { kind: 'downloading', version: '2.0.0', percent: 50 },
      { kind: 'ready', version: '2.0.0' },
    ]);
    updates.install();
    expect(updater.installed).toBe(1);
  });

  test('are not installed before they are there', () => {
    updates.install();
    expect(updater.installed).toBe(0);
  });

  test('say when there is nothing newer', async () => {
    updater.script = () => updater.emit('update-not-available');
    expect(await updates.check()).toEqual({ kind: 'idle', checkedAt: 42 });
  });

  test('say why they failed', async () => {
    updater.script = () => {
      throw new Error('no such host');
    };
    expect(await updates.check()).toEqual({ kind: 'failed', why: 'no such host' });
  });
});

import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test } from 'vitest';
import { AppUpdates, type Updater } from '#main/electron/desktop/AppUpdates.ts';
import type { UpdatesState } from '#shared/api/hostContract.ts';
import { ManualClock, settle } from '#test/helpers/ManualClock.ts';

/** FAKE updater: the real one needs an installed package and an update server. */
class ScriptedUpdater extends EventEmitter implements Updater {
  autoDownload = false;
  autoInstallOnAppQuit = false;
  disableWebInstaller = false;
  installed = 0;
  looks = 0;
  download: Promise<unknown> | null = null;
  script: () => void = () => {};

  async checkForUpdates(): Promise<{ downloadPromise: Promise<unknown> | null }> {
    this.looks += 1;
    this.script();
    return { downloadPromise: this.download };
  }

  quitAndInstall(): void {
    this.installed += 1;
  }
}

let updater: ScriptedUpdater;
let seen: UpdatesState[];
let updates: AppUpdates;
let clock: ManualClock;
const [minute, hour] = [60_000, 3_600_000];
beforeEach(() => {
  clock = new ManualClock();
  updater = new ScriptedUpdater();
  seen = [];
  updates = new AppUpdates({ updater, clock, onState: (state) => seen.push(state) });
});

describe('updates', () => {
  test('are off, with a reason, where there is no package', async () => {
    const off = new AppUpdates({ updater: null, clock, onState: () => {} });
    off.start();
    expect(clock.pending).toBe(0);
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
    expect(await updates.check()).toEqual({ kind: 'idle', checkedAt: clock.now() });
  });

  test('say why they failed', async () => {
    updater.script = () => {
      throw new Error('no such host');
    };
    expect(await updates.check()).toEqual({ kind: 'failed', why: 'no such host' });
  });

  test('say so when the download breaks', async () => {
    updater.script = () => updater.emit('update-available', { version: '2.0.0' });
    updater.download = Promise.reject(new Error('the line broke'));
    await updates.check();
    await settle();
    expect(updates.state).toEqual({ kind: 'failed', why: 'the line broke' });
  });

  test('are not asked for twice at once', async () => {
    updater.script = () => updater.emit('update-available', { version: '2.0.0' });
    await updates.check();
    expect(await updates.check()).toMatchObject({ kind: 'downloading' });
    expect(updater.looks).toBe(1);
  });

  test('are looked for a minute after the start and once a day', async () => {
    updater.script = () => updater.emit('update-not-available');
    updates.start();
    await clock.advance(minute - 1);
    expect(updater.looks).toBe(0);
    await clock.advance(1);
    expect(updater.looks).toBe(1);
    await clock.advance(24 * hour - 1);
    expect(updater.looks).toBe(1);
    await clock.advance(1);
    expect(updater.looks).toBe(2);
    updates.stop();
    expect(clock.pending).toBe(0);
  });

  test('are looked for again within the hour after a failure', async () => {
    updater.script = () => {
      throw new Error('no such host');
    };
    updates.start();
    await clock.advance(minute);
    updater.script = () => updater.emit('update-not-available');
    await clock.advance(hour);
    expect(updates.state).toEqual({ kind: 'idle', checkedAt: clock.now() });
    updates.stop();
  });
});

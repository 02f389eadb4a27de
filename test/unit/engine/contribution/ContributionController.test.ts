import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Pace } from '#engine/ports/inference/Pace.ts';
import { ContributionController } from '#engine/contribution/ContributionController.ts';
import { OwnerSettings } from '#engine/contribution/OwnerSettings.ts';
import { tomorrowMorning } from '#engine/contribution/policy/snoozeUntil.ts';
import { known } from '#engine/ports/SenseReadings.ts';
import { openEngineStore } from '#engine/store/openEngineStore.ts';
import { evenSchedule } from '#shared/domain/machine/weekSchedule.ts';
import { FakeSenses } from '#test/helpers/FakeSenses.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

let folder: string;
let clock: ManualClock;
let senses: FakeSenses;
let settings: OwnerSettings;
let controller: ContributionController;
let working: boolean;
let givenBack: number;
let paces: Pace[];
let awake: boolean[];
let store: ReturnType<typeof openEngineStore>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'open-swarm-contribution-'));
  clock = new ManualClock();
  senses = new FakeSenses();
  [working, givenBack, paces, awake] = [false, 0, [], []];
  store = openEngineStore({ file: path.join(folder, 'engine.db'), clock });
  settings = new OwnerSettings({ clock, store, defaultName: 'x' });
  controller = new ContributionController({
    clock,
    settings,
    senses,
    keepAwake: { hold: (on) => void awake.push(on) },
    isWorking: () => working,
    yieldWork: () => (givenBack += 1),
    setPace: (pace) => void paces.push(pace),
  });
  settings.onChange(() => controller.reconsider());
  controller.start();
});
afterEach(() => {
  controller.stop();
  settings.stop();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const onBattery = (is: boolean) => senses.see({ battery: known({ onBattery: is }) });

describe('the controller', () => {
  test('give the machine back as soon as a rule stands against work, and only while work runs', () => {
    onBattery(true);
    expect([controller.pause()?.code, givenBack]).toEqual(['battery', 0]);
    onBattery(false);
    working = true;
    controller.reconsider();
    expect([controller.pause(), givenBack]).toEqual([null, 0]);
    onBattery(true);
    expect(givenBack).toBe(1);
  });

  test('tell each pace once', async () => {
    expect(paces).toEqual([{ processorShare: 0.75, gpuShare: 0.75, threads: null }]);
    controller.reconsider();
    senses.see({ processor: known({ share: 0.2, processors: 2 }) });
    await settings.set({ 'contribution.cpuShare': 30, 'contribution.threads': 2 });
    expect(paces.slice(1)).toEqual([
      { processorShare: 0.4, gpuShare: 0.75, threads: null },
      { processorShare: 0.3, gpuShare: 0.75, threads: 2 },
    ]);
    expect(controller.share).toBe(30);
  });

  test('finish first when that was asked for, unless somebody needs the machine meanwhile', async () => {
    working = true;
    await settings.snooze('forever', true);
    expect([controller.pause()?.code, givenBack]).toEqual(['paused', 0]);
    onBattery(true);
    expect([controller.pause()?.code, givenBack]).toEqual(['paused', 1]);
    onBattery(false);
    await settings.resume();
    await settings.snooze('forever', false);
    expect(givenBack).toBe(2);
  });

  test('a snooze ends by itself', async () => {
    await settings.snooze(clock.now() + 900_000, false);
    await clock.advance(899_999);
    expect(controller.pause()?.code).toBe('snoozed');
    await clock.advance(1);
    expect(controller.pause()).toBeNull();
  });

  test('a schedule is followed without any sensor', async () => {
    const never = evenSchedule(false);
    await settings.set({ 'contribution.schedule': never });
    expect(controller.pause()?.code).toBe('schedule');
    // The clock stands in the first half hour of 1970; the next one is allowed.
    const days = never.days.map((cells, day) => (day === 3 ? `01${cells.slice(2)}` : cells));
    await settings.set({ 'contribution.schedule': { timeZone: 'UTC', days } });
    const begins = 1_800_000;
    await clock.advance(begins - clock.now() - 1);
    expect(controller.pause()?.resumesAt).toBe(begins);
    await clock.advance(1);
    expect(controller.pause()).toBeNull();
    await clock.advance(1_810_000);
    expect(controller.pause()?.code).toBe('schedule');
  });

  test('the computer is kept awake only while it works, plugged in, and the owner wants it', async () => {
    onBattery(false);
    await settings.set({ 'contribution.keepAwake': true, 'contribution.pauseOnBattery': false });
    expect(awake).toEqual([]);
    working = true;
    controller.reconsider();
    onBattery(true);
    onBattery(false);
    controller.stop();
    expect(awake).toEqual([true, false, true, false]);
  });
});

describe('until tomorrow', () => {
  test('is the next morning at eight that is at least four hours away', () => {
    const at = (hour: number, minute = 0): Date => new Date(2026, 5, 1, hour, minute);
    const morning = (day: number): number => new Date(2026, 5, day, 8).getTime();
    expect(tomorrowMorning(at(20).getTime())).toBe(morning(2));
    expect(tomorrowMorning(at(7).getTime())).toBe(morning(2));
    expect(tomorrowMorning(at(3, 59).getTime())).toBe(morning(1));
  });
});

import type { Sensor } from './Sensor.ts';
import { known, type NetworkState, type OtherLoad, type PowerState, unknown } from '#engine/ports/SenseReadings.ts';

/** The parts of systeminformation that are used; loaded on first use. */
export interface SystemInformation {
  readonly battery: () => Promise<{ hasBattery: boolean; acConnected: boolean }>;
  readonly cpuTemperature: () => Promise<{ main: number | null; max: number | null }>;
  readonly processes: () => Promise<{
    list: { pid: number; parentPid: number; name: string; cpu: number; priority: number }[];
  }>;
}

export type LoadSystemInformation = () => Promise<SystemInformation>;

/** Battery of a Mac or a Windows computer. */
export function generalBattery(load: LoadSystemInformation): Sensor<PowerState> {
  return sensor('The system does not report its battery.', async () => {
    const { hasBattery, acConnected } = await (await load()).battery();
    return { onBattery: hasBattery && !acConnected };
  });
}

/** Temperature of the processor; Windows reports it to administrators only, new Macs not at all. */
export function generalTemperature(load: LoadSystemInformation): Sensor<number> {
  return sensor('This computer does not report its temperature.', async () => {
    const { main, max } = await (await load()).cpuTemperature();
    const hottest = Math.max(main ?? 0, max ?? 0);
    if (hottest <= 0) throw new RangeError('no temperature');
    return hottest;
  });
}

export function generalPrograms(load: LoadSystemInformation): Sensor<readonly string[]> {
  return sensor('The system does not report running programs.', async () => [
    ...new Set((await (await load()).processes()).list.map(({ name }) => name)),
  ]);
}

/** Load of all programs outside the tree of `pid`. */
export function generalLoad(load: LoadSystemInformation, pid: number, processors: number): Sensor<OtherLoad> {
  return sensor('The system does not report its load.', async () => {
    const { list } = await (await load()).processes();
    const parents = new Map(list.map((one) => [one.pid, one.parentPid]));
    const isOurs = (one: number | undefined, depth = 0): boolean =>
      one === pid || (one !== undefined && depth < 64 && isOurs(parents.get(one), depth + 1));
    const percent = list.reduce((sum, one) => sum + (isOurs(one.pid) || one.pid === 0 ? 0 : one.cpu), 0);
    return { share: Math.min(1, Math.max(0, percent / 100)), processors };
  });
}

/** For systems without a known way to ask. */
export function noNetworkSensor(): Sensor<NetworkState> {
  return { read: async () => unknown('The system does not report whether the network is metered.') };
}

function sensor<T>(why: string, read: () => Promise<T>): Sensor<T> {
  return {
    async read() {
      try {
        return known(await read());
      } catch {
        return unknown(why);
      }
    },
  };
}

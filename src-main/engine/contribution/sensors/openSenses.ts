import os from 'node:os';
import path from 'node:path';
import type { Installation } from '#node/Installation.ts';
import type { Clock } from '#shared/util/clock.ts';
import { linuxBattery } from './linuxBattery.ts';
import { linuxPresence } from './linuxPresence.ts';
import { LinuxProcesses } from './LinuxProcesses.ts';
import { linuxTemperature } from './linuxTemperature.ts';
import { MachineSenses, type Sensors } from './MachineSenses.ts';
import { networkManager } from './networkManager.ts';
import {
  generalBattery,
  generalLoad,
  generalPrograms,
  generalTemperature,
  type LoadSystemInformation,
  noNetworkSensor,
} from './otherSystems.ts';
import { unknown } from '#engine/ports/SenseReadings.ts';
import { systemPorts } from './SystemPorts.ts';

/** The senses of this machine. No sensor is read before it is needed. */
export function openSenses(clock: Clock, installation: Installation): MachineSenses {
  const sensors = process.platform === 'linux' ? linuxSensors(clock, installation) : generalSensors();
  return new MachineSenses({ clock, sensors });
}

function linuxSensors(clock: Clock, installation: Installation): Sensors {
  const processes = new LinuxProcesses({ ports: systemPorts, pid: process.pid, ownFiles: ownFiles(installation) });
  return {
    user: linuxPresence({ ports: systemPorts, clock, hasDisplay: Boolean(process.env['DISPLAY']) }),
    battery: linuxBattery(systemPorts),
    programs: processes.programs,
    processor: processes.load,
    temperature: linuxTemperature(systemPorts),
    network: networkManager(systemPorts),
  };
}

const load: LoadSystemInformation = async () => (await import('systeminformation')).default;

function generalSensors(): Sensors {
  return {
    // The desktop shell reports presence; without one nobody can be seen.
    user: {
      read: async () => unknown('Nobody can be seen without the window’s program, so the computer counts as idle.'),
    },
    battery: generalBattery(load),
    programs: generalPrograms(load),
    processor: generalLoad(load, process.pid, os.availableParallelism()),
    temperature: generalTemperature(load),
    network: noNetworkSensor(),
  };
}

/** The program files of Open Swarm, as they appear in command lines. */
function ownFiles({ root, entryPoint }: Installation): ReadonlySet<string> {
  const entries = (['engine', 'worker', 'cli', 'coordinator'] as const).map(entryPoint);
  const electron = path.join(root, 'node_modules', 'electron', 'dist', 'electron');
  // A packaged app is in `resources/`, next to the executable of its window.
  const packaged = path.join(path.dirname(path.dirname(root)), 'open-swarm');
  return new Set([...entries, path.join(root, 'bin', 'open-swarm.mjs'), electron, packaged]);
}

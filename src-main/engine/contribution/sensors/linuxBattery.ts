import type { Sensor } from './Sensor.ts';
import { known, type PowerState, unknown } from '#engine/ports/SenseReadings.ts';
import type { SystemPorts } from './SystemPorts.ts';

const folder = '/sys/class/power_supply';

interface Supply {
  readonly type: string;
  readonly scope: string;
  readonly status: string;
  readonly online: string;
}

/** Reads from the kernel's power supplies whether the computer runs on battery. One without any is plugged in. */
export function linuxBattery(ports: Pick<SystemPorts, 'readText' | 'list'>): Sensor<PowerState> {
  const read = async (name: string, file: string): Promise<string> => {
    try {
      return (await ports.readText(`${folder}/${name}/${file}`)).trim();
    } catch {
      return '';
    }
  };
  const readSupply = async (name: string): Promise<Supply> => {
    const [type, scope, status, online] = await Promise.all([
      read(name, 'type'),
      read(name, 'scope'),
      read(name, 'status'),
      read(name, 'online'),
    ]);
    return { type, scope, status, online };
  };
  return {
    async read() {
      let names: readonly string[];
      try {
        names = await ports.list(folder);
      } catch {
        return unknown('The system does not report power supplies.');
      }
      return known({ onBattery: isOnBattery(await Promise.all(names.map(readSupply))) });
    },
  };
}

/** Ignores batteries of mice and headsets (scope `Device`), which do not power the computer. */
function isOnBattery(supplies: readonly Supply[]): boolean {
  const ours = supplies.filter(({ scope }) => scope !== 'Device');
  const batteries = ours.filter(({ type }) => type === 'Battery');
  // With a weak charger the battery may drain although it is plugged in.
  if (batteries.some(({ status }) => status === 'Discharging')) return true;
  const mains = ours.filter(({ type }) => type === 'Mains' || type.startsWith('USB'));
  const isSilent = batteries.length > 0 && batteries.every(({ status }) => status === '' || status === 'Unknown');
  return isSilent && mains.length > 0 && mains.every(({ online }) => online === '0');
}

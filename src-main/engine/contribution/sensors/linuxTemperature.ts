import type { Sensor } from './Sensor.ts';
import { known, unknown } from '#engine/ports/SenseReadings.ts';
import type { SystemPorts } from './SystemPorts.ts';

const monitors = '/sys/class/hwmon';
const zones = '/sys/class/thermal';

/** Drivers that measure the processor itself; others measure disks, batteries and the air. */
const processorDrivers: ReadonlySet<string> = new Set([
  'coretemp',
  'k10temp',
  'zenpower',
  'cpu_thermal',
  'via_cputemp',
]);
const processorZones = /^(x86_pkg_temp|cpu.*thermal.*|soc.*thermal.*|cpu-?\d*)$/;

/** Readings outside of this range come from a sensor that is not connected. */
const plausible = { least: 1, most: 125 } as const;

/** Temperature of the hottest part of the processor in °C. */
export function linuxTemperature(ports: Pick<SystemPorts, 'readText' | 'list'>): Sensor<number> {
  const read = async (file: string): Promise<string> =>
    ports.readText(file).then(
      (text) => text.trim(),
      () => '',
    );
  const list = async (folder: string): Promise<readonly string[]> => ports.list(folder).catch(() => []);

  async function fromMonitors(): Promise<number[]> {
    const found: number[] = [];
    for (const name of await list(monitors)) {
      if (!processorDrivers.has(await read(`${monitors}/${name}/name`))) continue;
      const inputs = (await list(`${monitors}/${name}`)).filter((file) => /^temp\d+_input$/.test(file));
      const real = await realInputs(name, inputs);
      found.push(...(await Promise.all(real.map(async (file) => degrees(await read(`${monitors}/${name}/${file}`))))));
    }
    return found;
  }

  /** AMD's `Tctl` controls the fan and may be above the real temperature, which `Tdie` gives where it exists. */
  async function realInputs(name: string, inputs: readonly string[]): Promise<readonly string[]> {
    const label = async (input: string) => read(`${monitors}/${name}/${input.replace('_input', '_label')}`);
    const labels = await Promise.all(inputs.map(label));
    return labels.includes('Tdie') ? inputs.filter((_, index) => labels[index] !== 'Tctl') : inputs;
  }

  async function fromZones(): Promise<number[]> {
    const found: number[] = [];
    for (const name of await list(zones)) {
      if (!processorZones.test(await read(`${zones}/${name}/type`))) continue;
      found.push(degrees(await read(`${zones}/${name}/temp`)));
    }
    return found;
  }

  return {
    async read() {
      const all = [...(await fromMonitors()), ...(await fromZones())];
      const real = all.filter((value) => value >= plausible.least && value <= plausible.most);
      return real.length === 0 ? unknown('This computer does not report its temperature.') : known(Math.max(...real));
    },
  };
}

/** Converts from thousandths of a degree, as the kernel reports. */
function degrees(text: string): number {
  return text === '' ? Number.NaN : Number(text) / 1000;
}

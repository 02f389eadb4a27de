import { bytesText, count, counted } from '#renderer/format/numbers.ts';
import type { Finding, HardwareProfile } from '#shared/domain/machine/hardware.ts';

/** One part of the machine, for display. */
export interface MachineFact {
  readonly id: string;
  readonly title: string;
  /** Null when unknown; `note` then states the reason. */
  readonly value: string | null;
  readonly note: string;
}

type Known = Pick<MachineFact, 'value' | 'note'>;

/** Instruction sets that determine how fast models run, fastest first. */
const relevantFlags: readonly (readonly [string, string])[] = [
  ['amx_tile', 'AMX'],
  ['avx512f', 'AVX-512'],
  ['avx2', 'AVX2'],
  ['avx', 'AVX'],
  ['sve', 'SVE'],
  ['asimd', 'NEON'],
  ['neon', 'NEON'],
];

/** The machine part by part. Unknown parts state the reason; nothing is guessed. */
export function machineFacts(profile: HardwareProfile): readonly MachineFact[] {
  return [
    fact('cpu', 'Processor', profile.cpu, processor),
    fact('memory', 'Memory', profile.memory, memory),
    fact('gpus', 'Graphics', profile.gpus, graphics),
    fact('inference', 'Models run on', profile.inference, inference),
    fact('disk', 'Disk', profile.disk, disk),
    fact('network', 'Network', profile.network, network),
    fact('battery', 'Power', profile.battery, power),
    fact('system', 'System', profile.system, system),
    fact('virtual', 'Machine', profile.virtual, machine),
  ];
}

function fact<T>(id: string, title: string, found: Finding<T>, describe: (value: T) => Known): MachineFact {
  return found.reason === null
    ? { id, title, ...describe(found.value) }
    : { id, title, value: null, note: found.reason };
}

type Of<K extends keyof HardwareProfile> = Exclude<HardwareProfile[K], number>['value'] & {};

function processor({ model, physicalCores, logicalCores, usableCores, flags }: Of<'cpu'>): Known {
  const best = relevantFlags.find(([flag]) => flags.includes(flag))?.[1];
  const usable = usableCores < logicalCores ? `${count(usableCores)} usable` : '';
  const parts = [counted(physicalCores, 'core'), counted(logicalCores, 'thread'), usable, best ?? ''];
  return { value: model.trim() === '' ? 'Unknown processor' : model, note: joined(parts) };
}

function memory({ totalBytes, availableBytes, type, speedMHz }: Of<'memory'>): Known {
  const speed = speedMHz === null ? '' : `${count(speedMHz)} MT/s`;
  return { value: bytesText(totalBytes), note: joined([`${bytesText(availableBytes)} free`, type ?? '', speed]) };
}

function graphics(gpus: Of<'gpus'>): Known {
  const [first, ...others] = gpus;
  if (first === undefined) return { value: 'None', note: 'No graphics card detected.' };
  const size = first.memoryBytes === null ? 'memory size unknown' : bytesText(first.memoryBytes);
  const note = [
    first.sharedMemory ? 'shares main memory' : size,
    first.driver === null ? '' : `driver ${first.driver}`,
    ...others.map(
      ({ model, memoryBytes }) => `also ${model}${memoryBytes === null ? '' : `, ${bytesText(memoryBytes)}`}`,
    ),
  ];
  return { value: first.model, note: joined(note) };
}

const devices = { cpu: 'The processor', cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal' } as const;

function inference({
  gpu,
  library,
  devices: names,
  instructionSets,
  mathCores,
  graphicsMemory,
}: Of<'inference'>): Known {
  const free = graphicsMemory === null ? '' : `${bytesText(graphicsMemory.freeBytes)} of graphics memory free`;
  const note = [...names, free, counted(mathCores, 'compute core'), instructionSets.slice(0, 4).join(', ')];
  return { value: devices[gpu], note: joined([...note, `llama.cpp of node-llama-cpp ${library}`]) };
}

const diskKinds = {
  nvme: 'NVMe',
  ssd: 'SSD',
  hard_disk: 'hard disk',
  network: 'network volume',
  memory: 'RAM disk',
  virtual: 'virtual disk',
} as const;

function disk({ totalBytes, freeBytes, kind, fileSystem }: Of<'disk'>): Known {
  const what = kind === null ? 'type unknown' : diskKinds[kind];
  return { value: `${bytesText(freeBytes)} free`, note: joined([`of ${bytesText(totalBytes)}`, what, fileSystem]) };
}

const networks = { wired: 'Wired', wireless: 'Wireless', virtual: 'Virtual', other: 'Other' } as const;

function network({ kind, name, speedMbits }: Of<'network'>): Known {
  return { value: networks[kind], note: joined([name, speedMbits === null ? '' : `${count(speedMbits)} Mbit/s`]) };
}

function power({ present, percent, discharging }: Of<'battery'>): Known {
  if (!present) return { value: 'AC power', note: 'No battery.' };
  const charge = percent === null ? '' : `${count(percent)} % charged`;
  return { value: discharging ? 'On battery' : 'Plugged in', note: joined([charge]) };
}

function system({ distribution, release, kernel, architecture, platform }: Of<'system'>): Known {
  const name = distribution === '' ? platform : distribution;
  return { value: joined([name, release], ' '), note: joined([kernel, architecture]) };
}

function machine({ virtual, host, container }: Of<'virtual'>): Known {
  const value = virtual ? 'Virtual machine' : 'Physical machine';
  return { value: container === null ? value : 'Container', note: joined([container ?? '', virtual ? host : '']) };
}

function joined(parts: readonly string[], by = ' · '): string {
  return parts.filter((part) => part.trim() !== '').join(by);
}

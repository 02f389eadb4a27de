import { machineFacts } from '#renderer/format/machineFacts.ts';
import { bytesText, counted, measuredText, rateText } from '#renderer/format/numbers.ts';
import type { BenchmarkSlice } from '#shared/api/hardware.ts';
import type { HardwareProfile } from '#shared/domain/machine/hardware.ts';

/** A part of the computer with its figure and the progress of its measurement. */
export interface Gauge {
  readonly id: string;
  readonly title: string;
  readonly value: string;
  readonly note: string;
  /** 0 to 1. */
  readonly share: number;
}

const modelPhases: readonly string[] = ['load', 'prefill', 'decode', 'storing'];

/** The machine's parts, each with its measurement once there is one. */
export function gaugesOf(profile: HardwareProfile, benchmark: BenchmarkSlice): readonly Gauge[] {
  const facts = new Map(machineFacts(profile).map((one) => [one.id, one] as const));
  const cpu = facts.get('cpu');
  const memory = facts.get('memory');
  const gpu = facts.get('gpus');
  const cores = profile.cpu.value === null ? 'unknown' : counted(profile.cpu.value.physicalCores, 'core');
  return [
    { id: 'cpu', title: cpu?.value ?? 'Processor', value: cores, note: cpu?.note ?? '', share: 1 },
    memoryGauge(memory?.value ?? null, memory?.note ?? '', benchmark),
    ...(gpu === undefined || gpu.value === 'None'
      ? []
      : [
          {
            id: 'gpu',
            title: gpu.value ?? 'Graphics',
            value: graphicsSize(profile),
            note: gpu.note,
            share: 1,
          },
        ]),
    modelGauge(benchmark),
  ];
}

function graphicsSize({ gpus }: HardwareProfile): string {
  if (gpus.value === null) return 'unknown';
  const size = gpus.value[0]?.memoryBytes ?? null;
  return size === null ? '' : bytesText(size);
}

function memoryGauge(size: string | null, free: string, { running, last }: BenchmarkSlice): Gauge {
  const note = [size ?? '', free].filter((part) => part !== '').join(', ');
  const line = { id: 'memory', title: 'Memory', note };
  if (running !== null) {
    const measuring = running.phase === 'memory' || running.phase === 'waiting';
    const latest = running.phase === 'memory' ? (running.latest ?? '…') : 'measured';
    return { ...line, value: measuring ? latest : 'measured', share: measuring ? Math.min(0.9, running.share * 4) : 1 };
  }
  const speed = last?.memory.value ?? null;
  if (last === null) return { ...line, value: '', share: 0 };
  return { ...line, value: speed === null ? 'not measured' : measuredText(speed.gigabytesPerSecond, 'GB/s'), share: 1 };
}

function modelGauge({ running, last }: BenchmarkSlice): Gauge {
  if (running !== null) {
    const atModel = modelPhases.includes(running.phase);
    return {
      id: 'model',
      title: running.model?.name ?? 'Starter model',
      value: atModel ? (running.latest ?? '…') : '',
      note: running.text,
      share: running.share,
    };
  }
  const model = last?.models[0];
  if (model === undefined) {
    const why = last?.skipped[0]?.reason ?? (last === null ? 'Not measured yet.' : 'No model installed yet.');
    return { id: 'model', title: last?.skipped[0]?.name ?? 'Starter model', value: '', note: why, share: 0 };
  }
  const best = model.decode.find(({ sequences }) => sequences === model.slots) ?? model.decode[0];
  return {
    id: 'model',
    title: model.name,
    value: best === undefined ? '' : rateText(best.tokensPerSecond),
    note: model.slots === 1 ? 'Runs one task at a time.' : `Runs ${counted(model.slots, 'task')} at once.`,
    share: 1,
  };
}

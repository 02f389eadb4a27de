import type { z } from 'zod';
import {
  BatteryFacts,
  CpuFacts,
  DiskFacts,
  GpuFacts,
  InferenceFacts,
  MemoryFacts,
  NetworkFacts,
  SystemFacts,
  VirtualFacts,
  type Finding,
  type HardwareProfile,
} from '#shared/domain/machine/hardware.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { HardwareSource } from '#engine/ports/HardwareSource.ts';

/** Time limit of one look-up; graphics tools are slow to start. */
const timeLimitMs = 10_000;

export interface DetectOptions {
  readonly source: HardwareSource;
  readonly clock: Clock;
  /** The data folder. */
  readonly home: string;
}

/** Looks up all facts concurrently. A fact that cannot be found out has a reason instead of a value; never rejects. */
export async function detectHardware({ source, clock, home }: DetectOptions): Promise<HardwareProfile> {
  const look = <T>(schema: z.ZodType<T>, find: () => Promise<T>): Promise<Finding<T>> => bounded(clock, schema, find);
  const [cpu, memory, gpus, system, disk, virtual, battery, network, inference] = await Promise.all([
    look(CpuFacts, source.cpu),
    look(MemoryFacts, source.memory),
    look(GpuFacts.array().max(32), source.gpus),
    look(SystemFacts, source.system),
    look(DiskFacts, () => source.disk(home)),
    look(VirtualFacts, source.virtual),
    look(BatteryFacts, source.battery),
    look(NetworkFacts, source.network),
    look(InferenceFacts, source.inference),
  ]);
  return { detectedAt: Math.round(clock.now()), cpu, memory, gpus, system, disk, virtual, battery, network, inference };
}

async function bounded<T>(clock: Clock, schema: z.ZodType<T>, find: () => Promise<T>): Promise<Finding<T>> {
  const tooLong = Promise.withResolvers<Finding<T>>();
  const timer = clock.setTimer(timeLimitMs, () =>
    tooLong.resolve({ value: null, reason: `The system did not answer within ${timeLimitMs / 1000} seconds.` }),
  );
  try {
    return await Promise.race([found(schema, find), tooLong.promise]);
  } finally {
    timer.cancel();
  }
}

async function found<T>(schema: z.ZodType<T>, find: () => Promise<T>): Promise<Finding<T>> {
  try {
    const parsed = schema.safeParse(await find());
    if (parsed.success) return { value: parsed.data, reason: null };
    const issue = parsed.error.issues[0];
    return { value: null, reason: `The system returned an invalid value: ${issue?.path.join('.')} ${issue?.message}` };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { value: null, reason: `It could not be read: ${message}`.slice(0, 500) };
  }
}

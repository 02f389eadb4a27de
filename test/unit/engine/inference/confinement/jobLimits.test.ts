import koffi from 'koffi';
import { describe, expect, test } from 'vitest';
import { desktopLimits, extendedLimits, jobLimits } from '#engine/inference/confinement/jobLimits.ts';
import { openJobs } from '#engine/inference/confinement/jobObject.ts';
import { memoryLimits } from '#engine/inference/confinement/memoryLimits.ts';

const permissions = { modelPath: '/models/a.gguf', memoryBytes: 2 ** 30, graphics: false };

/** As Windows declares them; their layout is worked out here as a compiler for 64 bits does. */
const basic = koffi.struct({
  PerProcessUserTimeLimit: 'int64_t',
  PerJobUserTimeLimit: 'int64_t',
  LimitFlags: 'uint32_t',
  MinimumWorkingSetSize: 'size_t',
  MaximumWorkingSetSize: 'size_t',
  ActiveProcessLimit: 'uint32_t',
  Affinity: 'uintptr_t',
  PriorityClass: 'uint32_t',
  SchedulingClass: 'uint32_t',
});
const counters = koffi.struct({
  ReadOperationCount: 'uint64_t',
  WriteOperationCount: 'uint64_t',
  OtherOperationCount: 'uint64_t',
  ReadTransferCount: 'uint64_t',
  WriteTransferCount: 'uint64_t',
  OtherTransferCount: 'uint64_t',
});
const extended = koffi.struct({
  BasicLimitInformation: basic,
  IoInfo: counters,
  ProcessMemoryLimit: 'size_t',
  JobMemoryLimit: 'size_t',
  PeakProcessMemoryUsed: 'size_t',
  PeakJobMemoryUsed: 'size_t',
});

/** Every number of the structure that is not 0. */
function told(bytes: Buffer): Record<string, unknown> {
  const { BasicLimitInformation, IoInfo, ...rest } = koffi.decode(bytes, extended) as Record<string, object>;
  const all: [string, unknown][] = Object.entries({ ...BasicLimitInformation, ...IoInfo, ...rest });
  return Object.fromEntries(all.filter(([, value]) => Number(value) !== 0));
}

describe('the limits of a job object', () => {
  test('are one process, its memory, its priority, and an end with the engine', () => {
    const bytes = extendedLimits(jobLimits(permissions, { desktop: true }));
    expect(bytes.length).toBe(koffi.sizeof(extended));
    expect(bytes.length).toBe(144);
    expect(told(bytes)).toEqual({
      // Ends with its last handle, dies on an exception, memory of a process, priority, count of processes.
      LimitFlags: 0x2000 | 0x400 | 0x100 | 0x20 | 0x8,
      ActiveProcessLimit: 1,
      PriorityClass: 0x4000,
      ProcessMemoryLimit: memoryLimits(permissions.memoryBytes).dataBytes,
    });
  });

  test('hold memory beyond four gibibytes', () => {
    const big = { ...permissions, memoryBytes: 40 * 2 ** 30 };
    expect(told(extendedLimits(jobLimits(big, { desktop: true })))['ProcessMemoryLimit']).toBe(52 * 2 ** 30);
  });

  test('do not count what drivers of a card are promised', () => {
    const limits = jobLimits({ ...permissions, graphics: true }, { desktop: true });
    expect(told(extendedLimits(limits))).toEqual({
      LimitFlags: 0x2000 | 0x400 | 0x20 | 0x8,
      ActiveProcessLimit: 1,
      PriorityClass: 0x4000,
    });
  });

  test('close the desktop, for drivers of a card only what they do not need, or nothing of it', () => {
    const closed = (graphics: boolean, desktop: boolean) =>
      desktopLimits(jobLimits({ ...permissions, graphics }, { desktop })).toString('hex');
    expect(closed(false, true)).toBe('ff000000');
    // The clipboard, and ending the session.
    expect(closed(true, true)).toBe('86000000');
    expect([closed(false, false), closed(true, false)]).toEqual(['00000000', '00000000']);
  });
});

test.skipIf(process.platform === 'win32')('there are no job objects elsewhere than on Windows', async () => {
  expect(await openJobs()).toBe(null);
});

import { describe, expect, test } from 'vitest';
import { detectHardware } from '#engine/machine/hardware/detectHardware.ts';
import type { HardwareSource } from '#engine/ports/HardwareSource.ts';
import { systemHardwareSource } from '#engine/machine/hardware/systemHardwareSource.ts';
import { systemClock } from '#node/systemClock.ts';
import { HardwareProfile } from '#shared/domain/machine/hardware.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';

/** A laptop as the library describes one; for the shape only. */
const source: HardwareSource = {
  cpu: async () => ({
    vendor: 'AMD',
    model: 'Ryzen 7',
    physicalCores: 8,
    logicalCores: 16,
    usableCores: 16,
    flags: ['avx2'],
  }),
  memory: async () => ({ totalBytes: 16 * 2 ** 30, availableBytes: 9 * 2 ** 30, type: 'DDR5', speedMHz: 5600 }),
  gpus: async () => [{ vendor: 'AMD', model: 'Radeon 780M', memoryBytes: null, sharedMemory: true, driver: null }],
  system: async () => ({
    platform: 'linux',
    distribution: 'Debian',
    release: '12',
    kernel: '6.1',
    architecture: 'x64',
  }),
  disk: async () => ({ totalBytes: 1e12, freeBytes: 4e11, kind: 'nvme', fileSystem: 'ext4' }),
  virtual: async () => ({ virtual: false, host: '', container: null }),
  battery: async () => ({ present: true, percent: 80, discharging: false }),
  network: async () => ({ kind: 'wireless', name: 'wlan0', speedMbits: null }),
  inference: async () => ({
    library: '3.21.1',
    gpu: 'vulkan',
    devices: ['Radeon 780M'],
    instructionSets: ['AVX2'],
    mathCores: 8,
    graphicsMemory: { totalBytes: 4e9, freeBytes: 3e9, unifiedBytes: 4e9 },
  }),
};

describe('hardware detection', () => {
  test('reads this machine', async () => {
    const profile = await detectHardware({
      source: { ...systemHardwareSource, inference: source.inference },
      clock: systemClock,
      home: process.cwd(),
    });
    expect(HardwareProfile.parse(profile)).toEqual(profile);
    expect(profile.cpu.value?.logicalCores).toBeGreaterThan(0);
    expect(profile.memory.value?.totalBytes).toBeGreaterThan(2 ** 28);
    expect(profile.disk.value?.freeBytes).toBeGreaterThan(0);
  });

  test('asks for the volume of the data folder', async () => {
    const asked: string[] = [];
    const disk: HardwareSource['disk'] = async (folder) => {
      asked.push(folder);
      return { totalBytes: 2, freeBytes: 1, kind: null, fileSystem: '' };
    };
    await detectHardware({ source: { ...source, disk }, clock: new ManualClock(), home: '/data' });
    expect(asked).toEqual(['/data']);
  });

  test('what fails or makes no sense is unknown with a reason, and the rest is known', async () => {
    const broken: HardwareSource = {
      ...source,
      gpus: () => Promise.reject(new Error('nvidia-smi: not found')),
      memory: async () => ({ totalBytes: Number.NaN, availableBytes: 1, type: null, speedMHz: null }),
    };
    const profile = await detectHardware({ source: broken, clock: new ManualClock(), home: '/' });
    expect(profile.gpus).toEqual({ value: null, reason: 'It could not be read: nvidia-smi: not found' });
    expect(profile.memory.value).toBe(null);
    expect(profile.memory.reason).toContain('totalBytes');
    expect(profile.cpu.value?.model).toBe('Ryzen 7');
  });

  test('what hangs is unknown after its time', async () => {
    const clock = new ManualClock();
    const hanging = { ...source, gpus: () => new Promise<never>(() => {}) };
    const detection = detectHardware({ source: hanging, clock, home: '/' });
    await clock.advance(10_000);
    const profile = await detection;
    expect(profile.gpus.reason).toContain('within 10 seconds');
    expect(profile.cpu.value).not.toBe(null);
    expect(clock.pending).toBe(0);
  });
});

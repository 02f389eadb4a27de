import type { HardwareProfile } from '#shared/domain/machine/hardware.ts';

/** A machine of which everything but its graphics cards and its network is known. */
export function sampleProfile(changes: Partial<HardwareProfile> = {}): HardwareProfile {
  return {
    detectedAt: 0,
    cpu: {
      value: {
        vendor: 'V',
        model: 'Processor 9',
        physicalCores: 8,
        logicalCores: 16,
        usableCores: 4,
        flags: ['avx', 'avx2'],
      },
      reason: null,
    },
    memory: { value: { totalBytes: 32e9, availableBytes: 20e9, type: null, speedMHz: null }, reason: null },
    gpus: { value: null, reason: 'The graphics tool did not answer.' },
    system: {
      value: { platform: 'linux', distribution: '', release: '12', kernel: '6.1', architecture: 'x64' },
      reason: null,
    },
    disk: { value: { totalBytes: 1e12, freeBytes: 2e11, kind: null, fileSystem: '' }, reason: null },
    virtual: { value: { virtual: true, host: 'kvm', container: 'docker' }, reason: null },
    battery: { value: { present: true, percent: 60, discharging: true }, reason: null },
    network: { value: null, reason: 'No interface leads out.' },
    inference: {
      value: {
        library: '3',
        gpu: 'cpu',
        devices: [],
        instructionSets: ['AVX2'],
        mathCores: 8,
        graphicsMemory: null,
      },
      reason: null,
    },
    ...changes,
  };
}

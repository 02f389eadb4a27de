import { describe, expect, test } from 'vitest';
import { findGraphics, graphicsOf, mayHaveCard } from '#engine/machine/hardware/findGraphics.ts';
import { systemClock } from '#node/systemClock.ts';
import type { InferenceFacts } from '#shared/domain/machine/hardware.ts';
import { FakeBenchLauncher } from '#test/helpers/FakeBenchLauncher.ts';

const facts: InferenceFacts = {
  library: '3.21.1',
  gpu: 'cuda',
  devices: ['NVIDIA GeForce RTX 4080 SUPER'],
  instructionSets: [],
  mathCores: 8,
  graphicsMemory: { totalBytes: 16e9, freeBytes: 15e9, unifiedBytes: 0 },
};

describe('the graphics card that models use', () => {
  test('is what llama.cpp computes on, with what is free', () => {
    expect(graphicsOf(facts)).toEqual({ freeBytes: 15e9, unified: false });
    const shared = { totalBytes: 16e9, freeBytes: 10e9, unifiedBytes: 16e9 };
    expect(graphicsOf({ ...facts, gpu: 'metal', graphicsMemory: shared })).toEqual({ freeBytes: 10e9, unified: true });
  });

  test('is none where it computes on the processor, or nothing is free', () => {
    expect(graphicsOf({ ...facts, gpu: 'cpu' })).toBe(null);
    expect(graphicsOf({ ...facts, graphicsMemory: null })).toBe(null);
    expect(graphicsOf({ ...facts, graphicsMemory: { totalBytes: 1, freeBytes: 0, unifiedBytes: 0 } })).toBe(null);
  });

  test('is looked for where the system shows a device that could be one', () => {
    const shows = (files: Readonly<Record<string, readonly string[]>>) =>
      mayHaveCard(
        'linux',
        (file) => Object.hasOwn(files, file),
        (folder) => files[folder] ?? [],
      );
    expect(shows({})).toBe(false);
    expect(shows({ '/dev/dri': ['card0', 'by-path'] })).toBe(false);
    expect(shows({ '/dev/dri': ['card0', 'renderD128'] })).toBe(true);
    expect(shows({ '/dev/nvidiactl': [] })).toBe(true);
    expect(mayHaveCard('darwin', () => false)).toBe(true);
    expect(mayHaveCard('win32', () => false)).toBe(true);
  });

  test('starts no process where there is certainly none', async () => {
    const launcher = new FakeBenchLauncher();
    const card = await findGraphics(launcher, systemClock);
    expect(mayHaveCard(process.platform) || (card === null && launcher.launched === 0)).toBe(true);
  });
});

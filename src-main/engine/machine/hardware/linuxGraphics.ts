import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { GpuFacts } from '#shared/domain/machine/hardware.ts';

/** Contents of the kernel's files about a graphics card; null for a file that does not exist. */
export interface CardFiles {
  /** PCI ids such as `0x10de`. */
  readonly vendor: string | null;
  readonly device: string | null;
  /** Name of the kernel driver, such as `amdgpu`. */
  readonly driver: string | null;
  /** Video memory in bytes; only AMD's driver provides it. */
  readonly memoryTotal: string | null;
}

const vendors: Readonly<Record<string, string>> = {
  '0x10de': 'NVIDIA',
  '0x1002': 'AMD',
  '0x8086': 'Intel',
  '0x1af4': 'Virtio',
  '0x15ad': 'VMware',
};

/** A graphics card from the kernel's files; null when they do not name one. */
export function cardFrom({ vendor, device, driver, memoryTotal }: CardFiles): GpuFacts | null {
  const number = vendor?.trim().toLowerCase() ?? '';
  if (number === '') return null;
  const bytes = Number(memoryTotal?.trim() ?? '');
  return {
    vendor: vendors[number] ?? `PCI vendor ${number}`,
    model: `PCI device ${device?.trim() ?? 'unknown'}`,
    memoryBytes: bytes > 0 ? bytes : null,
    sharedMemory: driver === 'i915' || driver === 'xe',
    driver,
  };
}

/** A graphics card from the files of NVIDIA's driver below `/proc/driver/nvidia`; null when they do not name one. */
export function nvidiaCardFrom(information: string, version: string | null): GpuFacts | null {
  const model = /^Model:\s*(.+)$/m.exec(information)?.[1]?.trim();
  if (model === undefined) return null;
  const driver = /Kernel Module(?: for \S+)?\s+(\d[\d.]*)/.exec(version ?? '')?.[1] ?? null;
  return { vendor: 'NVIDIA', model, memoryBytes: null, sharedMemory: false, driver };
}

/** The graphics cards known to the kernel, for systems without tools such as lspci. */
export async function findLinuxGraphics(): Promise<GpuFacts[]> {
  const nvidia = await findNvidia();
  const cards = await findCards();
  // NVIDIA cards may appear in both places.
  return nvidia.length > 0 ? [...nvidia, ...cards.filter(({ vendor }) => vendor !== 'NVIDIA')] : cards;
}

async function findNvidia(): Promise<GpuFacts[]> {
  const folder = '/proc/driver/nvidia/gpus';
  const [names, version] = await Promise.all([
    readdir(folder).catch(() => []),
    readText('/proc/driver/nvidia/version'),
  ]);
  const texts = await Promise.all(names.map((name) => readText(path.join(folder, name, 'information'))));
  return texts.flatMap((text) => nvidiaCardFrom(text ?? '', version) ?? []);
}

async function findCards(): Promise<GpuFacts[]> {
  const folder = '/sys/class/drm';
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^card\d+$/.test(name));
  const cards = await Promise.all(
    names.map(async (name) => {
      const device = path.join(folder, name, 'device');
      const driver = await readlink(path.join(device, 'driver')).catch(() => null);
      return cardFrom({
        vendor: await readText(path.join(device, 'vendor')),
        device: await readText(path.join(device, 'device')),
        driver: driver === null ? null : path.basename(driver),
        memoryTotal: await readText(path.join(device, 'mem_info_vram_total')),
      });
    }),
  );
  return cards.flatMap((card) => card ?? []);
}

function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

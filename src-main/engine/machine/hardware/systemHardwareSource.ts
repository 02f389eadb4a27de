import { readFile, statfs } from 'node:fs/promises';
import os from 'node:os';
import systemInformation from 'systeminformation';
import type { DiskKind, NetworkFacts } from '#shared/domain/machine/hardware.ts';
import { computerMemory } from '#engine/machine/platform/computerMemory.ts';
import { containerFrom } from './containerFrom.ts';
import { cpuFactsFrom } from './cpuFactsFrom.ts';
import type { SystemSource } from '#engine/ports/HardwareSource.ts';
import { findLinuxDisk } from './linuxDisk.ts';
import { findLinuxGraphics } from './linuxGraphics.ts';

const mebibyte = 1 << 20;

/** Look-ups of the machine this program runs on. */
export const systemHardwareSource: SystemSource = {
  cpu: async () => {
    const [cpu, flags] = await Promise.all([systemInformation.cpu(), systemInformation.cpuFlags().catch(() => '')]);
    const known = os.cpus();
    return cpuFactsFrom(cpu, flags, {
      model: known[0]?.model ?? '',
      logicalCores: known.length,
      usableCores: os.availableParallelism(),
    });
  },
  memory: async () => {
    const [{ total, available }, modules] = await Promise.all([
      systemInformation.mem(),
      systemInformation.memLayout().catch(() => []),
    ]);
    const typed = modules.find(({ type }) => type !== '' && type.toLowerCase() !== 'unknown');
    const described = { type: typed?.type ?? null, speedMHz: typed?.clockSpeed ?? null };
    const totalBytes = computerMemory(total);
    if (totalBytes === total) return { totalBytes, availableBytes: available, ...described };
    return { totalBytes, availableBytes: Math.min(available, process.availableMemory()), ...described };
  },
  gpus: async () => {
    const { controllers } = await systemInformation.graphics();
    const listed = controllers
      .filter(({ model, vendor }) => model !== '' || vendor !== '')
      .map(({ model, vendor, vram, vramDynamic, memoryTotal, driverVersion }) => ({
        vendor,
        model,
        memoryBytes: bytesOf(memoryTotal) ?? bytesOf(vram),
        sharedMemory: vramDynamic,
        driver: driverVersion === undefined || driverVersion === '' ? null : driverVersion,
      }));
    // Without the tools it calls (lspci, nvidia-smi) the library finds nothing on Linux; the kernel's files remain.
    return listed.length > 0 || process.platform !== 'linux' ? listed : findLinuxGraphics();
  },
  system: async () => {
    const { platform, distro, release, kernel, arch } = await systemInformation.osInfo();
    return { platform, distribution: distro, release, kernel, architecture: arch };
  },
  disk: async (folder) => {
    const { bsize, blocks, bavail } = await statfs(folder);
    const size = { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
    if (process.platform === 'linux') return { ...size, ...(await findLinuxDisk(folder)) };
    return { ...size, kind: await commonDiskKind(), fileSystem: '' };
  },
  virtual: async () => {
    const [{ virtual, virtualHost, model }, flags, container] = await Promise.all([
      systemInformation.system(),
      systemInformation.cpuFlags().catch(() => ''),
      findContainer(),
    ]);
    // The processor's `hypervisor` flag reveals virtual machines that the library does not detect.
    const isVirtual = virtual || /(^|\s)hypervisor(\s|$)/.test(flags);
    return { virtual: isVirtual, host: virtualHost ?? (virtual ? model : ''), container };
  },
  battery: async () => {
    const { hasBattery, percent, isCharging, acConnected } = await systemInformation.battery();
    if (!hasBattery) return { present: false, percent: null, discharging: false };
    return { present: true, percent, discharging: !acConnected && !isCharging };
  },
  network: async () => {
    const found = [await systemInformation.networkInterfaces('default')].flat();
    const one = found.find((each) => each.default);
    if (one === undefined) throw new Error('There is no default network interface.');
    const { iface, type, virtual, speed } = one;
    return { kind: networkKind(type, virtual), name: iface, speedMbits: speed !== null && speed > 0 ? speed : null };
  },
};

function networkKind(type: string, virtual: boolean): NetworkFacts['kind'] {
  if (virtual) return 'virtual';
  return type === 'wired' || type === 'wireless' ? type : 'other';
}

/** Converts the library's MiB to bytes; null for its unknown values, 0 and null. */
function bytesOf(mebibytes: number | null | undefined): number | null {
  return typeof mebibytes === 'number' && mebibytes > 0 ? mebibytes * mebibyte : null;
}

function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

async function findContainer(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const [dockerFile, podmanFile, groups, mounts] = await Promise.all([
    readText('/.dockerenv'),
    readText('/run/.containerenv'),
    readText('/proc/1/cgroup'),
    readText('/proc/1/mountinfo'),
  ]);
  return containerFrom({ env: process.env, dockerFile, podmanFile, groups, mounts });
}

/** Kind of the disks of a system other than Linux; null when they differ, because the one in use is not known. */
async function commonDiskKind(): Promise<DiskKind | null> {
  const disks = await systemInformation.diskLayout().catch(() => []);
  const kinds = new Set(disks.map(({ type, interfaceType }) => diskKind(type, interfaceType)));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : null;
}

function diskKind(type: string, interfaceType: string): DiskKind | null {
  if (/nvme|pcie/i.test(`${type} ${interfaceType}`)) return 'nvme';
  if (/ssd/i.test(type)) return 'ssd';
  return /hd/i.test(type) ? 'hard_disk' : null;
}

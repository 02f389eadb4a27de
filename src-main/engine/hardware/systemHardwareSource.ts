import { statfs } from 'node:fs/promises';
import os from 'node:os';
import systemInformation from 'systeminformation';
import type { HardwareSource } from './HardwareSource.ts';

const mebibyte = 1 << 20;

/** The machine that this program runs on. */
export const systemHardwareSource: HardwareSource = {
  cpu: async () => {
    const [cpu, flags] = await Promise.all([systemInformation.cpu(), systemInformation.cpuFlags().catch(() => '')]);
    return {
      vendor: cpu.manufacturer || cpu.vendor,
      model: cpu.brand,
      physicalCores: cpu.physicalCores,
      logicalCores: cpu.cores,
      usableCores: os.availableParallelism(),
      flags: flags.split(/\s+/).filter((flag) => flag !== ''),
    };
  },
  memory: async () => {
    const { total, available } = await systemInformation.mem();
    // Zero or more than the machine has: no container limits this process.
    const limit = process.constrainedMemory();
    if (limit <= 0 || limit >= total) return { totalBytes: total, availableBytes: available };
    return { totalBytes: limit, availableBytes: Math.min(available, process.availableMemory()) };
  },
  gpus: async () => {
    const { controllers } = await systemInformation.graphics();
    return controllers
      .filter(({ model, vendor }) => model !== '' || vendor !== '')
      .map(({ model, vendor, vram, vramDynamic, memoryTotal }) => ({
        vendor,
        model,
        memoryBytes: bytesOf(memoryTotal) ?? bytesOf(vram),
        sharedMemory: vramDynamic,
      }));
  },
  system: async () => {
    const { platform, distro, release, kernel, arch } = await systemInformation.osInfo();
    return { platform, distribution: distro, release, kernel, architecture: arch };
  },
  disk: async (folder) => {
    const { bsize, blocks, bavail } = await statfs(folder);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail };
  },
  virtual: async () => {
    const { virtual, virtualHost, model } = await systemInformation.system();
    return { virtual, host: virtualHost ?? (virtual ? model : '') };
  },
};

/** The library counts graphics memory in MiB and says 0 or null when it does not know. */
function bytesOf(mebibytes: number | null | undefined): number | null {
  return typeof mebibytes === 'number' && mebibytes > 0 ? mebibytes * mebibyte : null;
}

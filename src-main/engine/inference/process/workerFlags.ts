import type { WorkerRoom } from '#engine/ports/WorkerLauncher.ts';

/** Megabytes of JavaScript objects; tokens of the largest vocabularies take a tenth of it. Models lie outside. */
const heapMegabytes = 1024;

/** Where the library looks for the drivers of graphics cards. */
const driverFolders: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/lib', '/usr/lib64', '/usr/local/cuda'],
  win32: ['C:\\Windows\\System32', 'C:\\Program Files\\NVIDIA GPU Computing Toolkit'],
};

export interface FlagOptions {
  /** Files and folders of the worker's own code. */
  readonly code: readonly string[];
  readonly room: WorkerRoom;
  readonly platform: NodeJS.Platform;
}

/**
 * Node's own confinement: reads its code and its model, writes nothing, starts no process and no thread, makes no code
 * from text. Add-ons are allowed, because llama.cpp is one.
 */
export function workerFlags({ code, room, platform }: FlagOptions): string[] {
  const drivers = room.graphics ? (driverFolders[platform] ?? []) : [];
  // How the library tells glibc from others: the names of the libraries that this very process has loaded.
  const ownLibraries = platform === 'linux' ? ['/proc/self/maps'] : [];
  const readable = [...code, ...(room.modelPath === null ? [] : [room.modelPath]), ...drivers, ...ownLibraries];
  return [
    '--permission',
    '--allow-addons',
    ...[...new Set(readable)].map((file) => `--allow-fs-read=${file}`),
    '--disallow-code-generation-from-strings',
    `--max-old-space-size=${heapMegabytes}`,
    // Says that add-ons weaken the permissions, at each start.
    '--disable-warning=PERM0001',
  ];
}

import type { WorkerPermissions } from '#engine/ports/inference/WorkerPermissions.ts';

/** Limit of the JavaScript heap in MiB. The largest vocabularies take a tenth of it; models are not on the heap. */
const heapMegabytes = 1024;

/** Folders in which the library looks for graphics drivers. */
const driverFolders: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['/usr/lib', '/usr/lib64', '/usr/local/cuda'],
  win32: ['C:\\Windows\\System32', 'C:\\Program Files\\NVIDIA GPU Computing Toolkit'],
};

export interface FlagOptions {
  /** Files and folders of the worker's own code. */
  readonly code: readonly string[];
  readonly permissions: WorkerPermissions;
  readonly platform: NodeJS.Platform;
}

/**
 * Node's flags for a worker: it may read its code and its model, but not write files, start processes or threads, or
 * compile strings as code. Add-ons are allowed, because llama.cpp is one.
 */
export function workerFlags({ code, permissions, platform }: FlagOptions): string[] {
  const { modelPath, graphics } = permissions;
  const drivers = graphics ? (driverFolders[platform] ?? []) : [];
  // The library tells glibc from other C libraries by the names of the libraries loaded into its own process.
  const ownLibraries = platform === 'linux' ? ['/proc/self/maps'] : [];
  const readable = [...code, ...(modelPath === null ? [] : [modelPath]), ...drivers, ...ownLibraries];
  return [
    '--permission',
    '--allow-addons',
    ...[...new Set(readable)].map((file) => `--allow-fs-read=${file}`),
    '--disallow-code-generation-from-strings',
    `--max-old-space-size=${heapMegabytes}`,
    // Node warns at every start that add-ons weaken the permissions.
    '--disable-warning=PERM0001',
  ];
}

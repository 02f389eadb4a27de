/**
 * Environment variables a worker inherits: the paths of libraries and drivers, and the choice of graphics card.
 * Proxies, tokens, the home folder and Node's options are withheld.
 */
const inherited: ReadonlySet<string> = new Set([
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'PATH',
  // Graphics cards
  'CUDA_DEVICE_ORDER',
  'CUDA_PATH',
  'CUDA_VISIBLE_DEVICES',
  'GGML_VK_VISIBLE_DEVICES',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  // Windows needs these to find its libraries and drivers.
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'WINDIR',
]);

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of a worker; `also` names further variables to keep, which its fences need. */
export function workerEnvironment(env: Environment, also: readonly string[] = []): Record<string, string> {
  const names = new Set([...inherited, ...also]);
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(env)) {
    // Windows ignores the case of variable names.
    if (value !== undefined && names.has(name.toUpperCase())) kept.push([name, value]);
  }
  // One libuv thread halves the time of a decode: the library starts new threads for every calling thread
  // (rules 10.1).
  return { ...Object.fromEntries(kept), UV_THREADPOOL_SIZE: '1' };
}

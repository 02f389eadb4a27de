/**
 * What a worker may know of its surroundings: where libraries and drivers lie, and which card is meant. Nothing else
 * passes: no proxy, no token, no home folder, no option of Node.
 */
const passed: ReadonlySet<string> = new Set([
  'LANG',
  'LC_ALL',
  'LD_LIBRARY_PATH',
  'PATH',
  // Cards
  'CUDA_DEVICE_ORDER',
  'CUDA_PATH',
  'CUDA_VISIBLE_DEVICES',
  'GGML_VK_VISIBLE_DEVICES',
  'VK_DRIVER_FILES',
  'VK_ICD_FILENAMES',
  // Without these Windows finds neither its libraries nor a driver.
  'PROGRAMFILES',
  'PROGRAMFILES(X86)',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'WINDIR',
]);

type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of a worker; `also` names what its fences need on the way. */
export function workerEnvironment(env: Environment, also: readonly string[] = []): Record<string, string> {
  const names = new Set([...passed, ...also]);
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(env)) {
    // Windows does not mind the case of names.
    if (value !== undefined && names.has(name.toUpperCase())) kept.push([name, value]);
  }
  // One libuv thread halves the time of a decode: the library makes its threads anew for every caller (rules 10.1).
  return { ...Object.fromEntries(kept), UV_THREADPOOL_SIZE: '1' };
}

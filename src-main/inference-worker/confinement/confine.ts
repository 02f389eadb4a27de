import { closeNetwork } from './closeNetwork.ts';

/** Thrown when code tries to load a native add-on that this process may not read. */
export class AddonRefusedError extends Error {
  override readonly name = 'AddonRefusedError';
  readonly code = 'addon_refused';

  constructor() {
    super('An inference worker loads no other add-on.');
  }
}

/**
 * Closes what Node's permission model leaves open: the network, and add-ons other than the library's. Must be the first
 * thing a worker does.
 */
export function confine(): void {
  closeNetwork();
  restrictAddons();
}

/**
 * Refuses add-ons that this process may not read, which leaves the library's. Node's permission model allows either all
 * add-ons or none, without checking whether the file may be read, and a loaded add-on is not bound by it. Without
 * permissions nothing changes.
 */
function restrictAddons(): void {
  const { permission } = process;
  if (permission === undefined) return;
  const hasPermission = permission.has.bind(permission);
  const load = process.dlopen.bind(process);
  const loadReadable: typeof process.dlopen = (module, file, ...flags) => {
    if (typeof file !== 'string' || !hasPermission('fs.read', file)) throw new AddonRefusedError();
    load(module, file, ...flags);
  };
  Object.defineProperty(process, 'dlopen', { value: loadReadable, writable: false, configurable: false });
}

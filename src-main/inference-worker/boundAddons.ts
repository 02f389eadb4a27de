/** Thrown when code wants to load an add-on that is not the library's. */
export class AddonRefusedError extends Error {
  override readonly name = 'AddonRefusedError';
  readonly code = 'addon_refused';

  constructor() {
    super('An inference worker loads no other add-on.');
  }
}

/**
 * Node's permissions do not ask whether an add-on may be read, and an add-on is not bound by them. From here on only
 * those load that this process may read: the library's. Without permissions nothing changes.
 */
export function boundAddons(): void {
  const { permission } = process;
  if (permission === undefined) return;
  const mayRead = permission.has.bind(permission);
  const load = process.dlopen.bind(process);
  const loadReadable: typeof process.dlopen = (module, file, ...flags) => {
    if (typeof file !== 'string' || !mayRead('fs.read', file)) throw new AddonRefusedError();
    load(module, file, ...flags);
  };
  Object.defineProperty(process, 'dlopen', { value: loadReadable, writable: false, configurable: false });
}

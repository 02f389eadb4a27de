import { registerHooks } from 'node:module';

/** The library's module that tests its native binary in a child process before loading it. */
const testModule = '/node-llama-cpp/dist/bindings/utils/testBindingBinary.js';

const noTest = 'export async function testBindingBinary() { return true; }';

/**
 * Makes the library load its native binary without testing it in a child process first, which a worker may not start.
 * The library has no option for this, but skips the test itself when it cannot find that module. The test protects the
 * process from a crash; a worker may crash. Must be called before the library is imported.
 */
export function trustBinary(): void {
  registerHooks({
    load: (url, context, next) =>
      url.endsWith(testModule) ? { format: 'module', shortCircuit: true, source: noTest } : next(url, context),
  });
}

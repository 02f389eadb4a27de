import { registerHooks } from 'node:module';

/** The library's file that tries its native parts in a child process before it loads them. */
const trial = '/node-llama-cpp/dist/bindings/utils/testBindingBinary.js';

const noTrial = 'export async function testBindingBinary() { return true; }';

/**
 * Lets the library load its native parts without trying them in a child process first, which a worker may not start.
 * The library has no option for it, but does the same where it cannot find that file. The trial is to spare the process
 * a crash; this process is there to crash. Must be called before the library is imported.
 */
export function trustBinary(): void {
  registerHooks({
    load: (url, context, next) =>
      url.endsWith(trial) ? { format: 'module', shortCircuit: true, source: noTrial } : next(url, context),
  });
}

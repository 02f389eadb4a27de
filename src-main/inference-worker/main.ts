import { WorkerProgram } from './WorkerProgram.ts';
import type { Clock } from '#shared/util/clock.ts';

/** The transport of the worker: the IPC channel of its parent. All rules are in `WorkerProgram`. */
const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return { cancel: () => clearTimeout(timer) };
  },
};

/** A worker without its parent has no purpose and nothing to save, and a decode under way must not keep it alive. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

if (process.send === undefined) {
  process.stderr.write('The inference worker is started by the engine.\n');
  process.exitCode = 2;
} else {
  const program = new WorkerProgram({
    clock,
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    log: (line) => process.stderr.write(`${line}\n`),
    residentBytes: () => process.memoryUsage.rss(),
    exit: (code) => process.exit(code),
  });
  process.on('disconnect', die);
  process.on('message', (message) => program.receive(message));
  process.send({ type: 'ready', pid: process.pid });
}

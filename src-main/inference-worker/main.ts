import { systemClock } from '#node/systemClock.ts';
import { confine } from './confinement/confine.ts';
import { trustBinary } from './confinement/trustBinary.ts';
import { WorkerProgram } from './WorkerProgram.ts';

// Connects `WorkerProgram` to the IPC channel of the parent process. The library is loaded on first use, so that a
// process that only measures memory starts fast.

/**
 * Without its parent a worker has no purpose and nothing to save. SIGKILL, because a decode in progress would delay an
 * exit.
 */
function exitNow(): void {
  process.kill(process.pid, 'SIGKILL');
}

if (process.send === undefined) {
  process.stderr.write('The inference worker can only be started by the engine.\n');
  process.exitCode = 2;
} else {
  confine();
  trustBinary();
  const program = new WorkerProgram({
    clock: systemClock,
    loadHost: async (request, onLog) => {
      const { LlamaModelHost } = await import('./model/LlamaModelHost.ts');
      return LlamaModelHost.load(request, onLog);
    },
    describeMachine: async () => (await import('./model/describeMachine.ts')).describeMachine(),
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    log: (line) => process.stderr.write(`${line}\n`),
    residentBytes: () => process.memoryUsage.rss(),
    processorMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
    exit: (code) => process.exit(code),
  });
  process.on('disconnect', exitNow);
  process.on('message', (message) => program.receive(message));
  process.send({ type: 'ready', pid: process.pid });
}

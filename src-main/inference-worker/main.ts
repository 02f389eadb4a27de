import { systemClock } from '#node/systemClock.ts';
import { LlamaModelHost } from './LlamaModelHost.ts';
import { WorkerProgram } from './WorkerProgram.ts';

// The transport of the worker: the IPC channel of its parent. All rules are in `WorkerProgram`.

/** A worker without its parent has no purpose and nothing to save, and a decode under way must not keep it alive. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

if (process.send === undefined) {
  process.stderr.write('The inference worker is started by the engine.\n');
  process.exitCode = 2;
} else {
  const program = new WorkerProgram({
    clock: systemClock,
    loadHost: LlamaModelHost.load,
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
  process.on('disconnect', die);
  process.on('message', (message) => program.receive(message));
  process.send({ type: 'ready', pid: process.pid });
}

import { systemClock } from '#node/systemClock.ts';
import { confine } from './confine.ts';
import { trustBinary } from './trustBinary.ts';
import { WorkerProgram } from './WorkerProgram.ts';

// The transport of the worker: the IPC channel of its parent. All rules are in `WorkerProgram`. The library is loaded
// when it is needed first, so that a process that only reads memory starts at once.

/** A worker without its parent has no purpose and nothing to save, and a decode under way must not keep it alive. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

if (process.send === undefined) {
  process.stderr.write('The inference worker is started by the engine.\n');
  process.exitCode = 2;
} else {
  confine();
  trustBinary();
  const program = new WorkerProgram({
    clock: systemClock,
    loadHost: async (request, onLog) => {
      const { LlamaModelHost } = await import('./LlamaModelHost.ts');
      return LlamaModelHost.load(request, onLog);
    },
    describeMachine: async () => (await import('./describeMachine.ts')).describeMachine(),
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

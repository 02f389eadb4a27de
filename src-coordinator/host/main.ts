import { parseArgs } from 'node:util';
import { toWireError } from '#shared/domain/errorCodes.ts';
import { runCoordinator } from './runCoordinator.ts';

// The coordinator as a process: one JSON line per event on stdout, its log on stderr. With `--child` it exits when the pipe on
// its stdin closes, however its parent ended. `open-swarm coordinator` runs the same coordinator in its own process.

const { values } = parseArgs({
  options: {
    host: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '0' },
    data: { type: 'string' },
    private: { type: 'boolean', default: false },
    grant: { type: 'string' },
    name: { type: 'string' },
    'public-url': { type: 'string', multiple: true, default: [] },
    'trust-proxy': { type: 'boolean', default: false },
    child: { type: 'boolean', default: false },
    json: { type: 'boolean', default: true },
  },
});

function printLine(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** Resolves at the first reason to exit: a signal, or the parent's exit. */
function untilEnd(child: boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = () => resolve();
    process.once('SIGTERM', end).once('SIGINT', end);
    if (!child) return;
    process.stdin.on('end', end).on('error', end).resume();
    process.once('disconnect', end);
  });
}

/** The process exits even if stopping hangs, so that the lock on the data folder is released. */
const stopTimeoutMs = 10_000;

try {
  if (values.data === undefined) throw new TypeError('The data folder is missing: --data DIR');
  const ended = untilEnd(values.child);
  const running = await runCoordinator({
    host: values.host,
    port: Number(values.port),
    data: values.data,
    private: values.private,
    grant: values.grant,
    name: values.name,
    publicUrls: values['public-url'],
    trustProxy: values['trust-proxy'],
  });
  const { url, swarmId, data, invite } = running;
  printLine({ event: 'ready', url, swarmId, data, ...(invite === null ? {} : { invite }) });
  await ended;
  setTimeout(() => process.exit(1), stopTimeoutMs).unref();
  await running.stop();
  process.exit(0);
} catch (error) {
  const wire = toWireError(error);
  printLine({ event: 'error', code: wire.code, message: error instanceof TypeError ? error.message : wire.message });
  if (wire.code === 'internal') process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}

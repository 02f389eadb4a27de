import { parseArgs } from 'node:util';
import { SwarmError, toWireError } from '#shared/domain/errorCodes.ts';
import { homeFolder } from '#node/homeFolder.ts';
import { runEngine } from './runEngine.ts';

// The engine as a child of the shell: prints one JSON line per event on stdout and its log on stderr, and ends when its
// stdin closes, which it does however the parent ended. `open-swarm start --headless` runs the engine in its own process.

const { values } = parseArgs({
  options: {
    home: { type: 'string' },
    port: { type: 'string' },
    'private-swarm': { type: 'boolean', default: false },
    coordinator: { type: 'string' },
  },
});

function onInterrupt(run: () => void): () => void {
  process.stdin.on('end', run).on('error', run).resume();
  process.on('SIGTERM', run);
  process.on('SIGINT', run);
  return () => {
    process.stdin.off('end', run).off('error', run).pause();
    process.off('SIGTERM', run);
    process.off('SIGINT', run);
  };
}

function tell(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  await runEngine({
    home: homeFolder(values.home),
    port: values.port === undefined ? undefined : Number(values.port),
    privateSwarm: values['private-swarm'],
    join: values.coordinator === undefined ? undefined : { address: values.coordinator },
    showLog: (line) => void process.stderr.write(`${line}\n`),
    onReady: ({ ui, home, port }) => tell({ event: 'ready', ui, home, port }),
    onInterrupt,
  });
} catch (error) {
  const { code, message } = toWireError(error);
  tell({ event: 'error', code, message });
  process.stderr.write(`${error instanceof SwarmError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

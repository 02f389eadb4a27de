import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CommandWorld } from './CommandContext.ts';
import { UsageError } from './UsageError.ts';

/** Ctrl-C, a request to terminate, and a closed terminal. */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The world of this process: its terminal, environment and signals. */
export function processWorld(): CommandWorld {
  // A closed pipe (`| head`) is no failure of the command.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    env: process.env,
    out: (piece) => void process.stdout.write(piece),
    note: (line) => void process.stderr.write(`${line}\n`),
    readInput: () => text(process.stdin),
    askHidden,
    onInterrupt: (run) => {
      for (const name of interrupts) process.on(name, run);
      return () => {
        for (const name of interrupts) process.off(name, run);
      };
    },
  };
}

async function askHidden(question: string, alternative: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new UsageError(`There is no terminal to ask for input: ${alternative}.`);
  }
  process.stderr.write(question);
  // Discards the echo of the line editor.
  const silent = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.on('close', () => reject(new UsageError('No input was given.')));
      lines.question('', resolve);
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CommandWorld } from './CommandContext.ts';
import { WrongUseError } from './WrongUseError.ts';

/** Ctrl-C, a polite end, and a terminal that was closed. */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The real terminal, environment and signals of this process. */
export function processWorld(): CommandWorld {
  // A reader that went away (`| head`) is no failure of the command.
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

async function askHidden(question: string, other: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new WrongUseError(`Nobody is there to ask: ${other}.`);
  }
  process.stderr.write(question);
  // The line editor echoes into nothing.
  const silent = new Writable({ write: (_piece, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.on('close', () => reject(new WrongUseError('Nothing was typed.')));
      lines.question('', resolve);
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

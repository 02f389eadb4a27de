import { pino, type Logger as PinoLogger } from 'pino';
import { z } from 'zod';
import type { LogFields, Logger } from '#shared/util/logger.ts';
import { RotatingFile } from './RotatingFile.ts';

const mostBytes = 4 * 2 ** 20;

/** Names that must never reach a log, should they ever get into its fields. */
const secretNames = ['secret', 'passphrase', 'token', 'key', 'text', 'prompt', 'output', 'invite'];

export interface LogTargets {
  /** `HOME/logs/engine.log`; JSON lines. */
  readonly file: string;
  /** Where people watch: stderr in the foreground. */
  readonly show?: ((line: string) => void) | undefined;
  /** Least level that is shown. */
  readonly showFrom?: 'info' | 'warn';
}

/** The engine's logger, and how to close its file. */
export interface OpenLogger {
  readonly logger: Logger;
  readonly close: () => void;
}

/** Opens the log. Never fails: a log that cannot be written is left out. */
export function openLogger(targets: LogTargets): OpenLogger {
  const file = new RotatingFile(targets.file, mostBytes);
  const { show } = targets;
  const least = targets.showFrom === 'warn' ? 40 : 30;
  const target = {
    write: (line: string) => {
      file.write(line);
      if (show !== undefined) showLine(line, least, show);
    },
  };
  const root = pino(
    {
      base: { service: 'engine', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretNames, censor: '[left out]' },
    },
    target,
  );
  return { logger: adapt(root), close: () => file.close() };
}

function adapt(inner: PinoLogger): Logger {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) =>
    inner[level](fields ?? {}, message);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => adapt(inner.child(fields)),
  };
}

const levelNames: Readonly<Record<number, string>> = { 30: 'info', 40: 'warning', 50: 'error' };
const Line = z.looseObject({ level: z.number(), time: z.string(), msg: z.string() });

/** The same line for people: time, level, sentence, facts. */
function showLine(line: string, least: number, show: (line: string) => void): void {
  const { level, time, msg, service: _, pid: __, room: ___, ...facts } = Line.parse(JSON.parse(line));
  if (level < least) return;
  const words = Object.entries(facts).map(([name, value]) => `${name}=${String(value)}`);
  show([time.slice(11, 19), levelNames[level] ?? '', msg, ...words].join(' '));
}

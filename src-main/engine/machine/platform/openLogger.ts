import { pino, type Logger as PinoLogger } from 'pino';
import { z } from 'zod';
import type { LogFields, Logger } from '#shared/util/logger.ts';
import { RotatingFile } from './RotatingFile.ts';

const maxBytes = 4 * 2 ** 20;

/** Fields that are redacted, should they ever be logged. */
const secretNames = ['secret', 'passphrase', 'token', 'key', 'text', 'prompt', 'output', 'invite'];

export interface LogTargets {
  /** The log file (`HOME/logs/engine.log`); JSON lines. */
  readonly file: string;
  /** Also prints each line in readable form, for an engine in the foreground. */
  readonly show?: ((line: string) => void) | undefined;
  /** Lowest level printed by `show`; `info` by default. */
  readonly showFrom?: 'info' | 'warn';
}

/** A logger, and a function that closes its file. */
export interface OpenLogger {
  readonly logger: Logger;
  readonly close: () => void;
}

/** Opens the log. Never throws: lines that cannot be written are dropped. */
export function openLogger(targets: LogTargets): OpenLogger {
  const file = new RotatingFile(targets.file, maxBytes);
  const { show } = targets;
  const minLevel = targets.showFrom === 'warn' ? 40 : 30;
  const target = {
    write: (line: string) => {
      file.write(line);
      if (show !== undefined) showLine(line, minLevel, show);
    },
  };
  const root = pino(
    {
      base: { service: 'engine', pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: secretNames, censor: '[redacted]' },
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

/** Prints a JSON line in readable form: time, level, message, fields. */
function showLine(line: string, minLevel: number, show: (line: string) => void): void {
  const { level, time, msg, service: _, pid: __, room: ___, ...fields } = Line.parse(JSON.parse(line));
  if (level < minLevel) return;
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  show([time.slice(11, 19), levelNames[level] ?? '', msg, ...pairs].join(' '));
}

import { destination, pino, type Logger as Pino } from 'pino';
import type { LogFields, Logger } from '#shared/util/logger.ts';

/** A logger that writes JSON lines to a file descriptor (2 = stderr). */
export function createPinoLogger(fields: LogFields, options: { descriptor?: number; level?: string } = {}): Logger {
  const stream = destination({ dest: options.descriptor ?? 2, sync: true });
  return adapt(pino({ level: options.level ?? 'info', base: fields, messageKey: 'message' }, stream));
}

function adapt(logger: Pino): Logger {
  return {
    debug: (message, fields = {}) => logger.debug(fields, message),
    info: (message, fields = {}) => logger.info(fields, message),
    warn: (message, fields = {}) => logger.warn(fields, message),
    error: (message, fields = {}) => logger.error(fields, message),
    child: (fields) => adapt(logger.child(fields)),
  };
}

import { pino } from 'pino';
import type { Logger } from '../domain/log.ts';

/** Writes JSON lines to standard error: warnings and errors, with `verbose` everything. */
export function processLogger(name: string, verbose: boolean): Logger {
  const logger = pino({ name, level: verbose ? 'debug' : 'warn' }, pino.destination(2));
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}

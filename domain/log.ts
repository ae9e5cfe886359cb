/** Fields of a log line; never a secret, a prompt or a document. */
export type LogFields = { readonly [name: string]: string | number | boolean | undefined };

/** What code logs through; the process that composes it decides where the lines go. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Logs nothing. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

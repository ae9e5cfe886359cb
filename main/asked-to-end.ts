import { watchParent } from '../stack/index.ts';

/** Resolves when this process is asked to end: on Ctrl-C, SIGTERM or SIGHUP, or when who started it is gone. */
export function askedToEnd(): Promise<void> {
  const asked = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => asked.resolve());
  watchParent(() => asked.resolve());
  return asked.promise;
}

import { join } from 'node:path';
import type { Home } from './home.ts';

/** What any program needs to find its way, and nothing that could be secret or steer a job. */
const BASICS = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];

/** The environment that every process of a stack gets, and what comes on top. */
export function basicEnvironment(home: Home, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const basics = BASICS.flatMap((name) => {
    const value = process.env[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const compileCache = process.env['NODE_COMPILE_CACHE'] ?? '';
  return {
    ...Object.fromEntries(basics),
    NODE_COMPILE_CACHE: compileCache === '' ? join(home.folder, 'compile-cache') : compileCache,
    ...more,
  };
}

/** Arguments for Node that let a child run as this process does: from the sources, or from the published build. */
export function nodeArguments(): readonly string[] {
  const fromSources = import.meta.url.endsWith('.ts');
  return [...(fromSources ? ['--conditions=holdfast-source'] : []), '--disable-warning=ExperimentalWarning'];
}

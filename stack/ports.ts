import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { isRecord, readPrivateJson, writePrivateFile } from './private-file.ts';

/**
 * Where any port is chosen: below the range that systems take outgoing connections' ports from, and below 32,768, which
 * is all that the Temporal server can store.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

/** The ports that a process was given when it was last started; `undefined` when one of them is not remembered. */
export function rememberedPorts<Name extends string>(
  home: Home,
  names: readonly Name[],
): Record<Name, number> | undefined {
  const stored = readStored(home);
  const entries = names.map((name) => [name, stored[name]] as const);
  return entries.every(([, port]) => typeof port === 'number')
    ? (Object.fromEntries(entries) as Record<Name, number>)
    : undefined;
}

/**
 * Chooses a port of 127.0.0.1 for each name: the remembered one, else the preferred one, else any; one that is busy is
 * passed over. The choice is remembered. Not for concurrent callers: hold the home's set-up lock.
 */
export async function choosePorts<Name extends string>(
  home: Home,
  names: readonly Name[],
  preferred: Partial<Record<Name, number>> = {},
): Promise<Record<Name, number>> {
  const stored = readStored(home);
  const chosen = new Map<string, number>();
  for (const name of names) {
    const candidates = [stored[name], preferred[name]].filter((port) => typeof port === 'number');
    chosen.set(name, await firstFree(candidates, new Set(chosen.values())));
  }
  writePrivateFile(
    join(home.folder, 'ports.json'),
    JSON.stringify({ ...stored, ...Object.fromEntries(chosen) }, undefined, 2),
  );
  return Object.fromEntries(chosen) as Record<Name, number>;
}

async function firstFree(candidates: readonly number[], taken: ReadonlySet<number>): Promise<number> {
  for (const candidate of candidates) if (!taken.has(candidate) && (await isFree(candidate))) return candidate;
  return firstFree([randomInt(FIRST_PORT, LAST_PORT + 1)], taken);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function readStored(home: Home): Record<string, unknown> {
  const stored = readPrivateJson(join(home.folder, 'ports.json'));
  return isRecord(stored) ? stored : {};
}

import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { sentenceOf } from '../../domain/errors.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

const LEAST_NODE = 24;
const GIB = 1_073_741_824;
/** Below this a start or a run may fail at any time. */
const LEAST_FREE_GIB = 1;
/** The write-ahead log of the embedded database alone may take 8 GiB. */
const ENOUGH_FREE_GIB = 10;

/** Checks the Node that runs this. */
export function checkNode(version = process.versions.node, path = process.execPath): Finding {
  const [major = '0'] = version.split('.');
  const sentence = `Node ${version} at ${path}`;
  if (Number(major) >= LEAST_NODE) return ok('node', sentence);
  return wrong(
    'node',
    `${sentence} is too old: ${LEAST_NODE} is needed`,
    'Run `npx holdfast` in your project, which takes the Node of its dependencies; `npm install` brings it.',
  );
}

/** Checks the free space where the stack keeps its data and where downloads are kept. */
export async function checkDisks(home: string | undefined, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const cache = env['XDG_CACHE_HOME'] ?? '';
  const places = [
    ...(home === undefined ? [] : [{ what: 'data', path: home }]),
    { what: 'cache', path: join(cache === '' ? join(homedir(), '.cache') : cache, 'holdfast') },
  ];
  return Promise.all(places.map(checkDisk));
}

async function checkDisk({ what, path }: { readonly what: string; readonly path: string }): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(nearestExisting(path));
    return freeSpace({ what, path, freeBytes: bavail * bsize });
  } catch (error) {
    return note('disk', `The free space of ${path} is not known (${sentenceOf(error)})`);
  }
}

/** What an amount of free space means. */
export function freeSpace(disk: { readonly what: string; readonly path: string; readonly freeBytes: number }): Finding {
  const free = disk.freeBytes / GIB;
  const sentence = `${free.toFixed(1)} GiB free for ${disk.what} in ${disk.path}`;
  if (free >= ENOUGH_FREE_GIB) return ok('disk', sentence);
  const fix = `Free some space, or name another place with ${disk.what === 'cache' ? 'XDG_CACHE_HOME' : 'HOLDFAST_HOME'}.`;
  if (free >= LEAST_FREE_GIB) return note('disk', `${sentence}; busy times may need ${ENOUGH_FREE_GIB}`, fix);
  return wrong('disk', `${sentence}; at least ${LEAST_FREE_GIB} is needed`, fix);
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

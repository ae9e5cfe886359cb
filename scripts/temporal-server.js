import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from './environment.js';
import { buildFromSource } from './build-from-source.js';
import { fetchRelease } from './fetch-release.js';
import { lock } from './lock.js';
import { SetUpFailure } from './set-up-failure.js';

/** The release of the Temporal server that Holdfast brings along. */
export const TEMPORAL_SERVER_VERSION = '1.32.0';

const BINARIES = ['temporal-server', 'temporal-sql-tool'];
const MARKER = 'complete.json';

/**
 * Where the two binaries lie.
 * @typedef {{ server: string, sqlTool: string }} TemporalBinaries
 */

/**
 * What the cache holds when it is complete.
 * @typedef {{ version: string, files: { name: string, size: number, modifiedMs: number, sha256: string }[] }} Marker
 */

/**
 * Finds the Temporal server and its sql tool in the cache, else fetches the release, else builds it from source. One
 * of several concurrent callers does the work, the others wait.
 * @param {(line: string) => void} tell
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {Promise<TemporalBinaries>}
 * @throws {SetUpFailure} when there is neither network nor Go
 */
export async function ensureTemporalServer(tell, environment = process.env) {
  const parent = join(cacheFolder(environment), 'temporal-server');
  const folder = join(parent, TEMPORAL_SERVER_VERSION);
  if (await isComplete(folder)) return binariesIn(folder);
  const release = await lockCache(parent, tell);
  try {
    if (!(await isComplete(folder))) await install(parent, folder, { tell, environment });
  } finally {
    release();
  }
  return binariesIn(folder);
}

/**
 * @param {string} parent
 * @param {(line: string) => void} tell
 */
async function lockCache(parent, tell) {
  try {
    mkdirSync(parent, { recursive: true });
    return await lock(join(parent, 'lock'), ({ pid }) =>
      tell(`process ${pid} is setting up the Temporal server; waiting for it`),
    );
  } catch (error) {
    throw new SetUpFailure(`the cache folder ${parent} cannot be written; set XDG_CACHE_HOME to a folder of yours`, {
      cause: error,
    });
  }
}

/**
 * @param {string} parent
 * @param {string} folder
 * @param {{ tell: (line: string) => void, environment: NodeJS.ProcessEnv }} options
 */
async function install(parent, folder, { tell, environment }) {
  // Whoever holds the lock is alone here: other drafts were left by set-ups that were killed.
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith('draft-'))) {
    rmSync(join(parent, name), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(parent, 'draft-'));
  try {
    const why = await fetchRelease(draft, { version: TEMPORAL_SERVER_VERSION, tell, environment });
    if (why !== undefined) {
      tell(`the release archive of the Temporal server cannot be fetched (${why}); building it from source instead`);
      await buildFromSource(draft, { version: TEMPORAL_SERVER_VERSION, tell, environment });
    }
    await writeMarker(draft);
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function writeMarker(folder) {
  const files = await Promise.all(
    BINARIES.map(async (name) => ({
      name,
      ...shapeOf(join(folder, name)),
      sha256: await digestOf(join(folder, name)),
    })),
  );
  writeFileSync(join(folder, MARKER), `${JSON.stringify({ version: TEMPORAL_SERVER_VERSION, files }, undefined, 2)}\n`);
}

/**
 * Whether every file is what it was when it was put there. Size and time decide; the digest only when the time differs.
 * @param {string} folder
 */
async function isComplete(folder) {
  try {
    const { files } = /** @type {Marker} */ (JSON.parse(readFileSync(join(folder, MARKER), 'utf8')));
    if (files.length !== BINARIES.length) return false;
    for (const { name, size, modifiedMs, sha256 } of files) {
      const path = join(folder, name);
      const found = shapeOf(path);
      if (found.size !== size) return false;
      if (found.modifiedMs !== modifiedMs && (await digestOf(path)) !== sha256) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** @param {string} path */
function shapeOf(path) {
  const { size, mtimeMs } = statSync(path);
  return { size, modifiedMs: Math.floor(mtimeMs) };
}

/** @param {string} path */
async function digestOf(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/**
 * @param {string} folder
 * @returns {TemporalBinaries}
 */
function binariesIn(folder) {
  return { server: join(folder, 'temporal-server'), sqlTool: join(folder, 'temporal-sql-tool') };
}

import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { variable } from './environment.js';
import { runCommand } from './run-command.js';
import { sayWhile } from './say.js';

const CONNECT_TIMEOUT_MS = 4_000;
const STALL_TIMEOUT_MS = 20_000;

/**
 * Fetches the server's release archive into the folder and unpacks the two binaries. Answers why it was not to be had,
 * or `undefined` when it is there. An unreachable network shows within 4 s.
 *
 * The archive is checked against the checksums file of the same release, fetched from the same place: that finds a
 * broken download, not a forged release. The digests are not pinned in this file because it was written where the
 * release cannot be reached. `HOLDFAST_TEMPORAL_RELEASE_URL` names a mirror of the release's files.
 * @param {string} folder
 * @param {{ version: string, tell: (line: string) => void, environment: NodeJS.ProcessEnv }} options
 * @returns {Promise<string | undefined>}
 */
export async function fetchRelease(folder, { version, tell, environment }) {
  const name = archiveName(version);
  if (name === undefined) return `there is none for ${process.platform} ${process.arch}`;
  const official = `https://github.com/temporalio/temporal/releases/download/v${version}`;
  const base = variable('HOLDFAST_TEMPORAL_RELEASE_URL', environment) ?? official;
  const archive = join(folder, name);
  let done = () => {};
  try {
    const checksums = await fetchText(`${base}/checksums.txt`);
    const expected = checksums
      .split('\n')
      .find((line) => line.trim().endsWith(` ${name}`))
      ?.split(/\s+/)[0];
    if (expected === undefined) return `the release names no checksum for ${name}`;
    done = sayWhile(`fetching the Temporal server ${version}`, tell);
    if ((await download(`${base}/${name}`, archive)) !== expected) return `the checksum of ${name} does not match`;
    return await unpack(archive, folder);
  } catch (error) {
    return reasonOf(error);
  } finally {
    done();
    rmSync(archive, { force: true });
  }
}

/** @param {string} version */
function archiveName(version) {
  const architecture = { x64: 'amd64', arm64: 'arm64' }[/** @type {string} */ (process.arch)];
  const known = architecture !== undefined && ['linux', 'darwin'].includes(process.platform);
  return known ? `temporal_${version}_${process.platform}_${architecture}.tar.gz` : undefined;
}

/** @param {string} url */
async function fetchText(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(CONNECT_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.text();
}

/**
 * Only the head has to arrive in time; what follows is long.
 * @param {string} url
 */
async function request(url) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error('no answer within 4 s')), CONNECT_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: controller.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} url
 * @param {string} path
 * @returns {Promise<string>} SHA-256 of what was written
 */
async function download(url, path) {
  const { body } = await request(url);
  if (body === null) throw new Error('the answer is empty');
  const hash = createHash('sha256');
  const file = await open(path, 'w');
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await readWithin(reader, STALL_TIMEOUT_MS);
      if (done) return hash.digest('hex');
      hash.update(value);
      await file.write(value);
    }
  } finally {
    await reader.cancel().catch(() => {});
    await file.close();
  }
}

/**
 * @param {ReadableStreamDefaultReader<Uint8Array>} reader
 * @param {number} timeoutMs
 */
async function readWithin(reader, timeoutMs) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const stalled = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${timeoutMs / 1_000} s`)), timeoutMs);
  });
  try {
    return await /** @type {ReturnType<typeof reader.read>} */ (Promise.race([reader.read(), stalled]));
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {string} archive
 * @param {string} folder
 * @returns {Promise<string | undefined>}
 */
async function unpack(archive, folder) {
  const { code, output } = await runCommand('tar', [
    '-xzf',
    archive,
    '-C',
    folder,
    'temporal-server',
    'temporal-sql-tool',
  ]);
  return code === 0 ? undefined : `tar could not unpack it: ${output.trim().split('\n')[0]}`;
}

/** @param {unknown} error */
function reasonOf(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

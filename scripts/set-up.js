import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installDependencies } from './install-dependencies.js';
import { lock } from './lock.js';
import { say } from './say.js';
import { SetUpFailure } from './set-up-failure.js';

const MARKER = 'node_modules/.holdfast-set-up';

/**
 * Makes sure that the dependencies of package-lock.json are installed, and answers the path of the Node 24 among them.
 * Does nothing when they are; of several concurrent starts one installs, the others wait.
 * @param {string} root the checkout
 * @returns {Promise<string>}
 * @throws {SetUpFailure}
 */
export async function setUp(root) {
  refuseUnsupported();
  if (!isInstalled(root)) await installOnce(root);
  const node = join(root, 'node_modules/node/bin/node');
  if (existsSync(node)) return node;
  throw new SetUpFailure(
    'Node 24 is missing below node_modules; run "npm rebuild node --ignore-scripts=false", then start again',
  );
}

/** @param {string} root */
async function installOnce(root) {
  const release = await lock(join(root, '.holdfast/locks/install'), ({ pid }) =>
    say(`process ${pid} is installing the dependencies; waiting for it`),
  );
  try {
    if (isInstalled(root)) return;
    if (!isUpToDate(root)) await installDependencies(root);
    writeFileSync(join(root, MARKER), digestOfLockfile(root));
  } finally {
    release();
  }
}

function refuseUnsupported() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) throw new SetUpFailure(`Node ${process.versions.node} is too old; install Node 20 or later`);
  if (process.platform === 'win32') throw new SetUpFailure('Windows is not supported; run Holdfast in WSL');
}

/** @param {string} root */
function isInstalled(root) {
  try {
    return readFileSync(join(root, MARKER), 'utf8') === digestOfLockfile(root);
  } catch {
    return false;
  }
}

/** @param {string} root */
function digestOfLockfile(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * Whether npm's own record of what it installed names the very packages of package-lock.json, as after an `npm install`
 * by hand.
 * @param {string} root
 */
function isUpToDate(root) {
  try {
    const wanted = packagesOf(join(root, 'package-lock.json'));
    const installed = packagesOf(join(root, 'node_modules/.package-lock.json'));
    // What is optional may be for another platform, and is then rightly missing.
    return Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === '' || installed[path]?.version === version || (optional && !(path in installed)),
    );
  } catch {
    return false;
  }
}

/**
 * @param {string} path
 * @returns {Record<string, { version?: string, optional?: boolean }>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

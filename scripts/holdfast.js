#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder } from './environment.js';
import { initProject } from './init/init-project.js';
import { nodeFor } from './node-for.js';
import { runChild } from './run-child.js';
import { say } from './say.js';
import { SetUpFailure } from './set-up-failure.js';

const SET_UP_FAILED = 3;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * The `holdfast` command. `init` works alone, under any Node from 20 on; all else is the CLI, which runs under the
 * Node 24 of the project in the current folder, in this folder, from the build or, in a checkout, from the sources.
 * @param {readonly string[]} args
 * @returns {Promise<number>} exit code
 */
async function run(args) {
  if (args[0] === 'init') return initProject(args.slice(1), { root, cwd: process.cwd() });
  const sources = join(root, 'cli/main.ts');
  const built = !existsSync(sources);
  const main = built ? join(root, 'dist/cli/main.js') : sources;
  const node = nodeFor(process.cwd(), { root, version: wantedNode() });
  return runChild(node, [main, ...args], { root: process.cwd(), built, cache: cacheFolder() });
}

/** @returns {string} */
function wantedNode() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetUpFailure)) throw error;
  say(error.message);
  process.exitCode = SET_UP_FAILED;
}

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.js';
import { runChecks } from './run-checks.js';
import { runChild } from './run-child.js';
import { runTests } from './run-tests.js';
import { say } from './say.js';
import { setUp } from './set-up.js';
import { SetUpFailure } from './set-up-failure.js';

const SET_UP_FAILED = 3;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string | undefined} target
 * @param {readonly string[]} args
 */
async function run(target, args) {
  if (target === undefined || !(['test', 'check', 'build'].includes(target) || target.endsWith('.ts'))) {
    say(`cannot run ${target ?? 'nothing'}; name a .ts file, "test", "check" or "build"`);
    return 2;
  }
  const node = await setUp(root);
  if (target === 'test') return runTests(node, args, { root });
  if (target === 'build') return build(node, { root });
  if (target === 'check') return runChecks(node, { root });
  return runChild(node, [target, ...args], { root });
}

const [target, ...args] = process.argv.slice(2);
try {
  process.exitCode = await run(target, args);
} catch (error) {
  if (!(error instanceof SetUpFailure)) throw error;
  say(error.message);
  process.exitCode = SET_UP_FAILED;
}

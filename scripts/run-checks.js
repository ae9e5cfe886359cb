import { join } from 'node:path';
import { runChild } from './run-child.js';
import { say } from './say.js';

const CHECKS = [
  { name: 'types', args: ['typescript/bin/tsc', '--noEmit'] },
  { name: 'lint', args: ['oxlint/bin/oxlint'] },
  { name: 'format', args: ['oxfmt/bin/oxfmt', '--check'] },
  { name: 'dead code', args: ['knip/bin/knip.js'] },
];

/**
 * Runs every check, also after one has failed, and names those that did.
 * @param {string} node
 * @param {{ root: string }} options
 * @returns {Promise<number>} exit code
 */
export async function runChecks(node, { root }) {
  const failed = [];
  for (const {
    name,
    args: [program, ...args],
  } of CHECKS) {
    say(`check: ${name}`);
    const code = await runChild(node, [join(root, 'node_modules', /** @type {string} */ (program)), ...args], { root });
    if (code !== 0) failed.push(name);
  }
  say(failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

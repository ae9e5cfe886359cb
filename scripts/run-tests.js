import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './run-child.js';
import { say } from './say.js';
import { ensureTemporalServer } from './temporal-server.js';

/**
 * The part of Jest's results that is counted.
 * @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number }} Results
 */

/**
 * Runs the tests with Jest and ends standard output with `N passed, N failed`. Sets the Temporal server up first, so
 * that the one long build shows its progress.
 * @param {string} node
 * @param {readonly string[]} args passed on to Jest
 * @param {{ root: string }} options
 * @returns {Promise<number>} exit code: 0 when at least one test ran and none failed
 */
export async function runTests(node, args, { root }) {
  await ensureTemporalServer(say);
  const results = join(root, `.holdfast/test-results-${process.pid}.json`);
  mkdirSync(join(root, '.holdfast'), { recursive: true, mode: 0o700 });
  const jest = join(root, 'node_modules/jest/bin/jest.js');
  const code = await runChild(node, ['--experimental-vm-modules', jest, '--json', `--outputFile=${results}`, ...args], {
    root,
  });
  const { passed, failed } = count(results);
  rmSync(results, { force: true });
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return code === 0 && failed === 0 && passed > 0 ? 0 : 1;
}

/**
 * A suite that could not run counts as one failed test, and so does Jest itself when it leaves no results.
 * @param {string} path
 * @returns {{ passed: number, failed: number }}
 */
function count(path) {
  try {
    const results = /** @type {Results} */ (JSON.parse(readFileSync(path, 'utf8')));
    return { passed: results.numPassedTests, failed: results.numFailedTests + results.numRuntimeErrorTestSuites };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

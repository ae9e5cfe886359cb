import { variable } from './environment.js';
import { runCommand } from './run-command.js';
import { sayWhile, say } from './say.js';
import { SetUpFailure } from './set-up-failure.js';

const NETWORK_ERROR = /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|network/;

/**
 * Installs what package-lock.json names. npm's warnings about the engine of packages that only Node 24 loads are kept
 * from the person; its errors become one sentence.
 * @param {string} root
 * @throws {SetUpFailure}
 */
export async function installDependencies(root) {
  const done = sayWhile('installing the dependencies (npm ci, once)', say);
  // Started by npm, the same npm; else the one on the path.
  const npm = variable('npm_execpath');
  const [command, ...first] = npm === undefined ? ['npm'] : [process.execPath, npm];
  const args = [...first, 'ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output, missing } = await runCommand(/** @type {string} */ (command), args, { cwd: root });
  done();
  if (missing) throw new SetUpFailure('npm is not on the path; install Node 20 or later together with npm');
  if (code === 0) return;
  if (NETWORK_ERROR.test(output))
    throw new SetUpFailure(
      'the package registry cannot be reached; connect to the network (or set its address in .npmrc) and start again',
    );
  const reason = output.split('\n').find((line) => /^npm (error|ERR!) (?!code)/.test(line)) ?? `exit code ${code}`;
  throw new SetUpFailure(
    `npm ci failed: ${reason.replace(/^npm (error|ERR!) /, '')}; remove node_modules and start again`,
  );
}

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const guard = fileURLToPath(new URL('guard.js', import.meta.url));
/** What shells and `guard.js` answer for a command that does not exist. */
const NO_SUCH_COMMAND = 127;

/**
 * How a command ended. `missing`: there is no such command.
 * @typedef {{ code: number, output: string, missing: boolean }} CommandResult
 */

/**
 * Runs a command to its end without input and keeps the last 64 KiB of what it says. It ends with this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [guard, command, ...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => (output = (output + chunk.toString()).slice(-65_536));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output, missing: code === NO_SUCH_COMMAND }));
  });
}

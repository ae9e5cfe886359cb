import { spawn } from 'node:child_process';

/**
 * How a command ended. `missing`: there is no such command.
 * @typedef {{ code: number, output: string, missing: boolean }} CommandResult
 */

/**
 * Runs a command to its end without input and keeps the last 64 KiB of what it says. Ends it with this process.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const end = () => child.kill('SIGTERM');
    process.once('exit', end);
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => (output = (output + chunk.toString()).slice(-65_536));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const settle = (/** @type {CommandResult} */ result) => {
      process.off('exit', end);
      resolve(result);
    };
    child.on('error', (error) =>
      settle({ code: 127, output: error.message, missing: 'code' in error && error.code === 'ENOENT' }),
    );
    child.on('close', (code) => settle({ code: code ?? 1, output, missing: false }));
  });
}

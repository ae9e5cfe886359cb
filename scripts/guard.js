import { spawn } from 'node:child_process';

/**
 * Runs a command and ends it when the process that asked for it is gone, also by kill -9. Arguments: the command and its
 * arguments. Exits with the command's code, 127 when there is no such command.
 */
const PARENT_CHECK_MS = 500;
const [command = '', ...args] = process.argv.slice(2);
const parent = process.ppid;
const child = spawn(command, args, { stdio: 'inherit' });

const timer = setInterval(() => {
  if (process.ppid !== parent) child.kill('SIGTERM');
}, PARENT_CHECK_MS);
process.on('SIGTERM', () => child.kill('SIGTERM'));
let missing = false;
child.on('error', () => (missing = true));
// Also follows an error.
child.on('close', (code) => {
  clearInterval(timer);
  process.exitCode = missing ? 127 : (code ?? 1);
});

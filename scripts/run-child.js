import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { variable } from './environment.js';

const PARENT_CHECK_MS = 500;

/**
 * Runs a program with the Node 24 in front of the person: same terminal, same signals. Answers its exit code, 128 + n
 * after signal n. It runs in the folder `root` and from the sources of the package, or `built`, from its build. `cache`
 * is for what speeds up the next time; default: the home in that folder.
 * @param {string} node
 * @param {readonly string[]} args
 * @param {{ root: string, built?: boolean, cache?: string }} options
 * @returns {Promise<number>}
 */
export function runChild(node, args, { root, built = false, cache = join(root, '.holdfast') }) {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: variable('NODE_COMPILE_CACHE') ?? join(cache, 'compile-cache'),
    // The child ends when this process is gone: see stack/parent-watch.ts.
    HOLDFAST_PARENT_PID: String(process.pid),
  };
  const conditions = built ? [] : ['--conditions=holdfast-source'];
  const child = spawn(node, [...conditions, '--disable-warning=ExperimentalWarning', ...args], {
    cwd: root,
    env,
    stdio: 'inherit',
  });
  const stopForwarding = forwardSignals(child);
  const stopWatching = endWithParent(child);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      stopForwarding();
      stopWatching();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/**
 * Passes each signal on once. Ctrl-C at a terminal is not passed on: the terminal sends it to the child as well.
 * @param {import('node:child_process').ChildProcess} child
 */
function forwardSignals(child) {
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const passed = new Set();
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    if (passed.has(signal) || (signal === 'SIGINT' && atTerminal)) return;
    passed.add(signal);
    child.kill(signal);
  };
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

/**
 * npm that is killed with -9 leaves this process behind. Started by hand it may outlive its shell, as with nohup.
 * @param {import('node:child_process').ChildProcess} child
 */
function endWithParent(child) {
  if (variable('npm_lifecycle_event') === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
  return () => clearInterval(timer);
}

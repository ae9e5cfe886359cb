import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * One process, told apart from a later one that was given the same number.
 * @typedef {{ pid: number, startTime: string }} ProcessIdentity
 */

const bootId = readBootId();

/**
 * When a process was started, in the kernel's own words: two readings are equal exactly when it is the same process.
 * `undefined` for a process that has ended, also while it waits to be reaped.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function processStartTime(pid) {
  return process.platform === 'linux' ? linuxStartTime(pid) : posixStartTime(pid);
}

/**
 * Whether this very process still runs.
 * @param {ProcessIdentity} identity
 * @returns {boolean}
 */
export function isRunning(identity) {
  return processStartTime(identity.pid) === identity.startTime;
}

/**
 * The identity of the calling process.
 * @returns {ProcessIdentity}
 */
export function ownIdentity() {
  return { pid: process.pid, startTime: processStartTime(process.pid) ?? 'unknown' };
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function linuxStartTime(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may itself hold spaces and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ended = fields[0] === 'Z' || fields[0] === 'X';
    // Field 22 counts ticks since boot, so it says nothing without the boot.
    return ended ? undefined : `${bootId}.${fields[19]}`;
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @returns {string | undefined}
 */
function posixStartTime(pid) {
  try {
    const line = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    const [state = 'Z', ...started] = line.trim().split(/\s+/);
    return state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}

/** @returns {string} */
function readBootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8);
  } catch {
    return '';
  }
}

import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

const LARGEST_BYTES = 16 * 1024 * 1024;

/**
 * Opens a log for a child to append to; the caller closes it. A file and no pipe, because a process that writes into
 * the pipe of a supervisor that is gone would die of it.
 */
export function openLog(path: string): { descriptor: number; size: number } {
  const descriptor = openSync(path, 'a', 0o600);
  return { descriptor, size: fstatSync(descriptor).size };
}

/** Keeps a log below 16 MiB: what is there moves to `.1`, in place of what was there before. */
export function boundLog(path: string): void {
  try {
    if (statSync(path).size <= LARGEST_BYTES) return;
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
  } catch {
    // No log yet, or the home is being removed.
  }
}

/** The text of a log from an offset on, at most 64 KiB of it. */
export function readLog(path: string, offset: number): string {
  const buffer = Buffer.alloc(65_536);
  try {
    const descriptor = openSync(path, 'r');
    try {
      return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, offset));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return '';
  }
}

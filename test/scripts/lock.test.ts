import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lock, lockHolder, tryLock } from '../../scripts/lock.js';
import { ownIdentity } from '../../scripts/process-identity.js';

let folder: string;
let path: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-lock-'));
  path = join(folder, 'lock');
  log = join(folder, 'log');
  writeFileSync(log, '');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function contender(rounds: number, then = ''): ChildProcess {
  const file = join(import.meta.dirname, 'fixtures/lock-contender.ts');
  return spawn(process.execPath, [file, path, log, String(rounds), then], { stdio: 'inherit' });
}

test('one process at a time holds the lock, also when a holder is killed with -9', async () => {
  const victim = contender(1, 'hold');
  while (readFileSync(log, 'utf8') === '') await delay(10);
  const others = [contender(15), contender(15), contender(15), contender(15)];
  const ends = others.map((child) => once(child, 'exit'));
  await delay(200);
  expect(readFileSync(log, 'utf8')).toBe('in\n');
  victim.kill('SIGKILL');
  await Promise.all(ends);
  expect(readFileSync(log, 'utf8')).toBe(`in\n${'in\nout\n'.repeat(60)}`);
});

test('who holds the lock is known, and nobody does after its release', () => {
  const taken = tryLock(path);
  expect(lockHolder(path)).toEqual(ownIdentity());
  expect(tryLock(path)).toEqual({ holder: ownIdentity() });
  expect(taken).toHaveProperty('release');
  if ('release' in taken) taken.release();
  expect(lockHolder(path)).toBeUndefined();
});

test('a process that got the number of a dead holder does not hold its lock', async () => {
  mkdirSync(path);
  writeFileSync(join(path, '7'), JSON.stringify({ pid: process.pid, startTime: 'another' }));
  expect(lockHolder(path)).toBeUndefined();
  const release = await lock(path);
  expect(existsSync(join(path, '7'))).toBe(false);
  release();
});

test('somebody who waits is told once for whom', async () => {
  const release = await lock(path);
  const told: number[] = [];
  const second = lock(path, ({ pid }) => told.push(pid));
  await delay(350);
  release();
  (await second)();
  expect(told).toEqual([process.pid]);
});

import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openHome } from '../../stack/home.ts';
import { removeStack, type Stack, type StartedProcess } from '../../stack/index.ts';
import { HeldStack } from '../../stack/stack.ts';
import { boundLog } from '../../stack/supervisor/log-file.ts';
import { SupervisorLink } from '../../stack/supervisor/supervisor-link.ts';
import { childSpec, processesOf } from './stack-parent.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-processes-'));
// So long that a socket inside could not be reached.
const home = openHome(join(folder, 'h'.repeat(100)));
const nowhere = { ownerUrl: '', gateUrl: '', clientUrl: '' };
let stack: Stack;
let lastLink: SupervisorLink;

/** A stack without database and server: what keeps processes does not need them. */
async function holdStack(): Promise<Stack> {
  const { link, started } = await SupervisorLink.open(home, () => {});
  lastLink = link;
  const addresses = { temporal: { address: '', namespace: '' }, database: nowhere };
  return new HeldStack({ home, link, joined: !started, addresses, adminUrl: '' });
}

beforeEach(async () => {
  stack = await holdStack();
});

afterEach(async () => {
  await stack.close();
  expect(processesOf(home.folder)).toEqual([]);
});

afterAll(() => {
  removeStack(home.folder);
  rmSync(folder, { recursive: true, force: true });
});

test('start answers with what the process says when it is ready', async () => {
  const started = await stack.start(childSpec('worker-1'));
  expect(started).toMatchObject({ name: 'worker-1', stage: 'worker', status: 'running', restarts: 0 });
  expect(started.ready).toMatchObject({ ready: true, port: expect.any(Number) });
  expect(await stack.processes()).toEqual([started]);
});

test('a process inherits nothing of the parent but the way to its programs', async () => {
  process.env['HOLDFAST_TEST_SECRET'] = 'of the parent';
  const { ready } = await stack.start(childSpec('worker-1', { env: { GIVEN: 'yes' } }));
  delete process.env['HOLDFAST_TEST_SECRET'];
  const allowed = [
    'GIVEN',
    'HOME',
    'LANG',
    'LC_ALL',
    'NODE_COMPILE_CACHE',
    'NODE_EXTRA_CA_CERTS',
    'PATH',
    'TMPDIR',
    'TZ',
  ];
  expect((ready['environment'] as string[]).filter((name) => !allowed.includes(name))).toEqual([]);
  expect(ready['environment']).toContain('GIVEN');
});

test('the same specification is answered by what runs, another one replaces it', async () => {
  const first = await stack.start(childSpec('worker-1', { env: { A: '1', B: '2' } }));
  expect(await stack.start(childSpec('worker-1', { env: { B: '2', A: '1' } }))).toEqual(first);
  const second = await stack.start(childSpec('worker-1', { env: { A: '2' } }));
  expect(second.pid).not.toBe(first.pid);
  expect((await stack.processes()).map(({ pid }) => pid)).toEqual([second.pid]);
});

test('one name asked for twice at once is one process', async () => {
  const [left, right] = await Promise.all([stack.start(childSpec('worker-1')), stack.start(childSpec('worker-1'))]);
  expect(left).toEqual(right);
});

test('a process that ends before it is ready fails with its exit code, its last words and its log', async () => {
  const spec = childSpec('worker-1', { args: [join(import.meta.dirname, 'fixtures/failing-child.ts')] });
  await expect(stack.start(spec)).rejects.toMatchObject({
    code: 'stack-failed',
    message: `worker-1 ended with exit code 7 before it was ready, its last words: no port given; its log is ${join(home.logs, 'worker-1.log')}`,
  });
  expect((await stack.processes()).map(({ status }) => status)).toEqual(['failed']);
});

test('a name that cannot name a log is refused', async () => {
  await expect(stack.start(childSpec('../worker'))).rejects.toMatchObject({ code: 'invalid-input' });
});

test('a program that is not there is named, and its number that never was ends nobody', async () => {
  const other = await stack.start(childSpec('worker-2'));
  const spec = { name: 'absent', stage: 'worker', command: '/nowhere/program', args: [], env: {}, cwd: '/' } as const;
  const absent = lastLink.start({
    ...spec,
    readyBy: 'json',
    restart: true,
    stop: [{ signal: 'SIGTERM', graceMs: 100 }],
  });
  await expect(absent).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringMatching(/^absent could not be started \(spawn \/nowhere\/program ENOENT\)/),
  });
  await stack.stop('absent');
  expect(await stack.processes()).toEqual([other]);
});

test('a process that dies is started again and says anew that it is ready', async () => {
  const first = await stack.start(childSpec('worker-1'));
  process.kill(first.pid, 'SIGKILL');
  const again = await untilRunning(1);
  expect(again.pid).not.toBe(first.pid);
  expect(again.ready['port']).not.toBe(first.ready['port']);
});

test('a process that is not to be started again stays ended, and can be asked for anew', async () => {
  const first = await stack.start(childSpec('worker-1', { restart: false }));
  process.kill(first.pid, 'SIGKILL');
  await delay(500);
  expect((await stack.processes()).map(({ status }) => status)).toEqual(['ended']);
  const second = await stack.start(childSpec('worker-1', { restart: false }));
  expect(second.pid).not.toBe(first.pid);
});

test('stop ends a process that does not listen, and forgets it', async () => {
  await stack.start(childSpec('worker-1', { endsAfterMs: 60_000, stopGraceMs: 200 }));
  await stack.stop('worker-1');
  await stack.stop('never started');
  expect(await stack.processes()).toEqual([]);
});

test('what one parent starts the other sees, and it runs on when its starter leaves', async () => {
  const other = await holdStack();
  expect(other.joined).toBe(true);
  const started = await other.start(childSpec('worker-1'));
  expect(await stack.processes()).toEqual([started]);
  await other.close();
  expect(await stack.processes()).toEqual([started]);
});

test('a log can be read by its owner alone and is kept below 16 MiB', async () => {
  await stack.start(childSpec('worker-1'));
  const log = join(home.logs, 'worker-1.log');
  expect(statSync(log).mode & 0o777).toBe(0o600);
  appendFileSync(log, 'last line\n');
  boundLog(log);
  expect(readFileSync(log, 'utf8')).toContain('last line');
  truncateSync(log, 17 * 1024 * 1024);
  boundLog(log);
  expect(statSync(log).size).toBe(0);
  expect(statSync(`${log}.1`).size).toBe(17 * 1024 * 1024);
});

async function untilRunning(restarts: number): Promise<StartedProcess> {
  for (;;) {
    const [found] = await stack.processes();
    if (found?.status === 'running' && found.restarts === restarts) return found;
    await delay(25);
  }
}

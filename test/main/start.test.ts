import { execFile, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { processStartTime } from '../../scripts/process-identity.js';
import { removeStack } from '../../stack/index.ts';
import { eventually } from '../fixtures/eventually.ts';

const root = join(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

let home: string;
let downHome: string;
let goesOn: Promise<GoneOn>;

beforeAll(async () => {
  home = join(await mkdtemp(join(tmpdir(), 'holdfast-start-')), '.holdfast');
  downHome = join(await mkdtemp(join(tmpdir(), 'holdfast-start-')), '.holdfast');
  // It mostly waits, for its endpoint and for its runs: others go on beside it.
  goesOn = downAndBack();
  goesOn.catch(() => undefined);
});

afterAll(async () => {
  await Promise.allSettled([goesOn]);
  for (const each of [home, downHome]) {
    removeStack(each);
    await rm(join(each, '..'), { recursive: true, force: true });
  }
});

// The supervisor ends a moment after its parent.
function removed(path: string): true | undefined {
  try {
    removeStack(path);
    return true;
  } catch {
    return undefined;
  }
}

/** Runs `npm start` as its script does, in a home of its own and without the user's model. */
async function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['scripts/run.js', 'main/start.ts', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', HOLDFAST_HOME: home, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  // A start that hangs must not outlive its test.
  const late = setTimeout(() => child.kill('SIGTERM'), 90_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(late);
  return { code, out, said };
}

/** What is seen when an endpoint is down and comes back. */
interface GoneOn {
  /** The start that met it down. */
  readonly down: Ended;
  /** What the next one, which serves, said on standard output. */
  readonly out: string;
  /** The runs that the command line lists, logged in as that one says. */
  readonly listed: string;
}

async function downAndBack(): Promise<GoneOn> {
  const unreachable = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_MODEL: 'none', HOLDFAST_HOME: downHome };
  const down = await start(['--once', '--yes', '--fresh'], unreachable);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '',
    XDG_CONFIG_HOME: join(downHome, '../config'),
    HOLDFAST_HOME: downHome,
  };
  const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
  const child = spawn(process.execPath, ['scripts/run.js', 'main/start.ts', '--yes'], { cwd: root, env, stdio });
  const ended = once(child, 'close');
  const hint = Promise.withResolvers<string>();
  void ended.then(() => hint.reject(new Error('It ended.')));
  child.stderr?.on('data', (chunk: Buffer) => {
    const shown = /\(npx holdfast (login [^)]+)\)/.exec(chunk.toString())?.[1];
    if (shown !== undefined) hint.resolve(shown);
  });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
  try {
    const shown = await hint.promise;
    const verb = promisify(execFile);
    const cli = join(root, 'scripts/holdfast.js');
    await verb(process.execPath, [cli, ...shown.split(' ')], { cwd: root, env });
    const { stdout: listed } = await verb(process.execPath, [cli, 'runs', '--json'], { cwd: root, env });
    return { down, out, listed };
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

test('npm start takes the ten documents to their expected ends and exits 0 [start.ten-documents]', async () => {
  const ended = await start(['--once', '--yes']);
  expect(ended.out).toContain('books: 7 bookings and 6 payments for the tenant "demo"');
  expect(ended.out).toContain('model: SIMULATED');
  expect(ended.out.match(/│ yes +│/g)).toHaveLength(10);
  expect(ended.code).toBe(0);
}, 120_000);

test('a second start books nothing again and says which run did [start.nothing-twice]', async () => {
  const ended = await start(['--once', '--yes']);
  expect(ended.out).toContain('books: 7 bookings and 6 payments for the tenant "demo"');
  expect(ended.out).toContain('nothing was done again');
  expect(ended.out.match(/started before/g)).toHaveLength(10);
  expect(ended.code).toBe(0);
}, 120_000);

test('--documents takes files of every format, and says for each what became of it [document.formats] [start.documents]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-documents-'));
  const samples = join(root, 'examples/invoice-intake/documents');
  for (const file of ['01-plain.xml', '04-changed-account.xml', '05-above-the-limit.xml', '10-mail-attached.eml'])
    await copyFile(join(samples, file), join(folder, file));
  await copyFile(join(samples, '01-plain.xml'), join(folder, 'same.xml'));
  await writeFile(join(folder, 'broken.PDF'), '%PDF-1.4 cut');
  await writeFile(join(folder, 'notes.txt'), 'x');
  await writeFile(join(folder, 'large.pdf'), '');
  await truncate(join(folder, 'large.pdf'), 50 * 1024 * 1024);
  await mkdir(join(folder, 'older'));
  const ended = await start(['--once', '--fresh', '--documents', folder]);
  await rm(folder, { recursive: true, force: true });
  expect(ended.out).toContain('skipped large.pdf: it has 50.0 MB; at most 20 MB are taken.');
  expect(ended.out).toContain('skipped notes.txt: its format is not read; .xml, .pdf, .eml are.');
  expect(ended.out).toContain('skipped older: sub-folders are not followed');
  // The first of two that are the same is booked, whichever it is.
  expect(ended.out.match(/│ (01-plain|same)\.xml +│ booked +│ as B-\d+: invoice NL-2026-0117 of V-117/g)).toHaveLength(
    1,
  );
  expect(ended.out.match(/│ (01-plain|same)\.xml +│ conflict +│ post_booking was already asked for by/g)).toHaveLength(
    1,
  );
  expect(ended.out).toMatch(
    /│ 10-mail-attached\.eml +│ booked +│ as B-\d+: invoice KT-2026-0267 of V-267, 617\.24 EUR/,
  );
  expect(ended.out).toMatch(/│ 04-changed-account\.xml +│ rejected +│ .*LT121000011101001000 is not on file/);
  expect(ended.out).toMatch(/│ 05-above-the-limit\.xml +│ waiting +│ Invoice HM-2026-031 over 23205\.00 EUR is above/);
  expect(ended.out).toMatch(/│ broken\.PDF +│ invalid +│ The document is no PDF that can be read/);
  expect(ended.code).toBe(0);
}, 120_000);

interface BadStart {
  readonly what: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly code: number;
  readonly sentence: string;
}

const BAD_STARTS: readonly BadStart[] = [
  { what: 'an unknown option', args: ['--onze'], env: {}, code: 2, sentence: "Unknown option '--onze'" },
  { what: 'no terminal to ask at', args: ['--once'], env: {}, code: 2, sentence: 'add --yes' },
  {
    what: 'a folder of documents that is not there',
    args: ['--documents', '/nowhere/at/all'],
    env: {},
    code: 2,
    sentence: 'The folder /nowhere/at/all of --documents is not there; name a folder of documents.',
  },
  {
    what: 'a folder without documents',
    args: ['--documents', 'examples/invoice-intake/ubl'],
    env: {},
    code: 2,
    sentence: 'holds no document that is taken (.xml, .pdf, .eml): decimal.ts: its format is not read',
  },
  {
    what: 'no folder',
    args: ['--documents'],
    env: {},
    code: 2,
    sentence: "Option '--documents <value>' argument missing",
  },
  {
    what: 'a database address that is none',
    args: ['--once', '--yes'],
    env: { DATABASE_URL: 'mysql://x' },
    code: 3,
    sentence: 'DATABASE_URL',
  },
  {
    what: 'a Temporal server that is not there',
    args: ['--once', '--yes'],
    env: { TEMPORAL_ADDRESS: '127.0.0.1:9' },
    code: 3,
    sentence: 'TEMPORAL_ADDRESS',
  },
];

test.each(BAD_STARTS)(
  '$what gets one sentence with the fix and no stack trace [start.bad-input]',
  async ({ args, env, code, sentence }) => {
    const ended = await start(args, env);
    expect(ended.said).toContain(sentence);
    expect(ended.said).not.toContain('    at ');
    expect(ended.code).toBe(code);
  },
  60_000,
);

test('a start that is asked to end while the server is being built ends at once, and the build with it [stack.ends-clean]', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-build-'));
  const pidFile = join(folder, 'go-pid');
  await writeFile(join(folder, 'go'), `#!/bin/sh\necho $$ > ${pidFile}\nexec sleep 60\n`, { mode: 0o755 });
  const env = {
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    HOME: process.env['HOME'] ?? '',
    HOLDFAST_HOME: join(folder, '.holdfast'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    HOLDFAST_TEMPORAL_RELEASE_URL: 'http://127.0.0.1:1',
  };
  const child = spawn(process.execPath, ['scripts/run.js', 'main/start.ts', '--once', '--yes'], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, 'close');
  await eventually(() => existsSync(pidFile) || undefined);
  const since = performance.now();
  child.kill('SIGTERM');
  await expect(ended).resolves.toEqual([0, null]);
  expect(performance.now() - since).toBeLessThan(20_000);
  expect(said).toContain('ended before everything was up; the next start goes on from there');
  const builder = Number(await readFile(pidFile, 'utf8'));
  await eventually(() => processStartTime(builder) === undefined || undefined);
  await eventually(() => removed(env.HOLDFAST_HOME));
  await rm(folder, { recursive: true, force: true });
}, 90_000);

test('an endpoint that is down ends --once with exit code 5 and one sentence; the runs go on when it is back, under a start that serves and names the log-in by which they are seen [start.endpoint-down]', async () => {
  const { down, out, listed } = await goesOn;
  expect(down.said).toContain('The runs stay and go on when it is back.');
  expect(down.said).not.toContain('    at ');
  expect(down.code).toBe(5);
  expect(out).toContain('books: 7 bookings and 6 payments');
  expect(JSON.parse(listed)).toMatchObject({ runs: expect.arrayContaining([expect.anything()]) });
}, 180_000);

import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

// A checkout with our scripts, in which npm and the tools are stand-ins that write down how they were called.
let checkout: string;
let environment: NodeJS.ProcessEnv;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'holdfast-run-'));
  cpSync(join(import.meta.dirname, '../../scripts'), join(checkout, 'scripts'), { recursive: true });
  write('package.json', '{"type":"module"}');
  write('package-lock.json', '{"packages":{}}');
  writeProgram(
    'bin/npm',
    `echo "npm $*" >> calls\nmkdir -p node_modules/node/bin\nln -s ${process.execPath} node_modules/node/bin/node\nsleep 0.3`,
  );
  const { PATH } = process.env;
  environment = { PATH: `${join(checkout, 'bin')}:${PATH}`, HOME: checkout };
});

afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), content);
}

function writeProgram(path: string, script: string): void {
  write(path, `#!/bin/sh\ncd ${checkout}\n${script}\n`);
  chmodSync(join(checkout, path), 0o755);
}

function read(path: string): string {
  return existsSync(join(checkout, path)) ? readFileSync(join(checkout, path), 'utf8') : '';
}

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['scripts/run.js', ...args], { cwd: checkout, env: environment });
}

async function run(...args: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  return result(start(...args));
}

async function result(child: ChildProcess): Promise<{ code: number | null; output: string; errors: string }> {
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, output, errors };
}

async function until(path: string): Promise<string> {
  while (read(path) === '') await delay(20);
  return read(path);
}

test('a first start installs, a second one does not, and one with another lockfile does again [setup.first-start]', async () => {
  write('main/start.ts', 'process.exitCode = 0;');
  expect(await run('main/start.ts')).toMatchObject({ code: 0, output: '' });
  expect(await run('main/start.ts')).toMatchObject({ code: 0, errors: '' });
  expect(read('calls')).toBe('npm ci --no-audit --no-fund --loglevel=error\n');
  write('package-lock.json', '{"packages":{"node_modules/more":{"version":"1.0.0"}}}');
  await run('main/start.ts');
  expect(read('calls').trim().split('\n')).toHaveLength(2);
});

test('an install by hand that fits the lockfile is taken as it is', async () => {
  const packages =
    '{"packages":{"":{"version":"2"},"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"1.0.0","optional":true}}}';
  write('package-lock.json', packages);
  writeProgram('bin/npm', `mkdir -p node_modules/node/bin; ln -s ${process.execPath} node_modules/node/bin/node`);
  write('main/start.ts', '');
  await run('main/start.ts');
  rmSync(join(checkout, 'node_modules/.holdfast-set-up'));
  write('node_modules/.package-lock.json', '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
  writeProgram('bin/npm', 'echo "npm $*" >> calls');
  expect(await run('main/start.ts')).toMatchObject({ code: 0 });
  expect(read('calls')).toBe('');
});

test('of two first starts at once one installs [setup.once]', async () => {
  write('main/start.ts', '');
  const ends = await Promise.all([run('main/start.ts'), run('main/start.ts'), run('main/start.ts')]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(read('calls')).toBe('npm ci --no-audit --no-fund --loglevel=error\n');
});

test('a program gets its arguments, a compile cache and the sources, and its exit code is handed on', async () => {
  write(
    'main/start.ts',
    'const told: string[] = [...process.argv.slice(2), ...process.execArgv, process.env.NODE_COMPILE_CACHE ?? ""];\nprocess.stdout.write(told.join(" "));\nprocess.exit(17);',
  );
  const { code, output } = await run('main/start.ts', '--once', '--yes');
  expect(code).toBe(17);
  expect(output).toBe(
    `--once --yes --conditions=holdfast-source --disable-warning=ExperimentalWarning ${join(checkout, '.holdfast/compile-cache')}`,
  );
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s reaches the program once, and it may take its time', async (signal) => {
  write(
    'main/start.ts',
    `import { appendFileSync } from 'node:fs';\nprocess.on('${signal}', () => { appendFileSync('got', '${signal} '); setTimeout(() => process.exit(5), 300); });\nsetTimeout(() => {}, 60_000);\nappendFileSync('up', 'up');`,
  );
  const child = start('main/start.ts');
  await until('up');
  const ended = result(child);
  child.kill(signal);
  await delay(50);
  child.kill(signal);
  expect((await ended).code).toBe(5);
  expect(read('got')).toBe(`${signal} `);
});

test('kill -9 of npm ends the program', async () => {
  write(
    'main/start.ts',
    `import { writeFileSync } from 'node:fs';\nprocess.on('SIGTERM', () => { writeFileSync('ended', 'by SIGTERM'); process.exit(0); });\nsetTimeout(() => {}, 60_000);\nwriteFileSync('up', String(process.pid));`,
  );
  environment['npm_lifecycle_event'] = 'start';
  const npm = spawn('/bin/sh', ['-c', `${process.execPath} scripts/run.js main/start.ts & wait`], {
    cwd: checkout,
    env: environment,
  });
  await until('up');
  npm.kill('SIGKILL');
  expect(await until('ended')).toBe('by SIGTERM');
});

test('without npm, one sentence and exit code 3 [setup.one-sentence]', async () => {
  environment['PATH'] = join(checkout, 'nowhere');
  const { code, errors } = await run('main/start.ts');
  expect(code).toBe(3);
  expect(errors.trim().split('\n').at(-1)).toBe(
    'holdfast: npm is not on the path; install Node 20 or later together with npm',
  );
});

test('without a network, one sentence and exit code 3', async () => {
  writeProgram('bin/npm', 'echo "npm error code ENOTFOUND" >&2; exit 1');
  const { code, errors } = await run('main/start.ts');
  expect(code).toBe(3);
  expect(errors.trim().split('\n').at(-1)).toMatch(/^holdfast: the package registry cannot be reached; connect/);
});

test('an install that fails for another reason names it, and is tried again by the next start', async () => {
  writeProgram(
    'bin/npm',
    'echo "npm warn EBADENGINE unsupported" >&2; echo "npm error code EUSAGE" >&2; echo "npm error the lock file does not fit" >&2; exit 1',
  );
  const { code, errors } = await run('main/start.ts');
  expect(code).toBe(3);
  expect(errors.trim().split('\n').at(-1)).toBe(
    'holdfast: npm ci failed: the lock file does not fit; remove node_modules and start again',
  );
  expect(errors).not.toContain('EBADENGINE');
});

test('an unknown target is refused with what there is', async () => {
  expect(await run('everything')).toMatchObject({
    code: 2,
    errors: 'holdfast: cannot run everything; name a .ts file, "test", "check" or "build"\n',
  });
});

test('the tests end with their count, and a suite that cannot run counts as failed', async () => {
  environment['HOLDFAST_TEMPORAL_RELEASE_URL'] = 'http://127.0.0.1:1';
  writeProgram('bin/go', 'case "$2" in *sql*) echo sql > "$GOBIN/sql";; *) echo server > "$GOBIN/server";; esac');
  jestThatReports({ numPassedTests: 3, numFailedTests: 0, numRuntimeErrorTestSuites: 0 });
  const good = await run('test', 'some/test.ts');
  expect(good).toMatchObject({ code: 0, output: 'some/test.ts\n3 passed, 0 failed\n' });
  expect(good.errors).toContain('building the Temporal server 1.32.0 from source');
  jestThatReports({ numPassedTests: 3, numFailedTests: 1, numRuntimeErrorTestSuites: 2 });
  expect(await run('test')).toMatchObject({ code: 1, output: '\n3 passed, 3 failed\n' });
  jestThatReports({ numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0 });
  expect(await run('test')).toMatchObject({ code: 1, output: '\n0 passed, 0 failed\n' });
  write('node_modules/jest/bin/jest.js', 'process.exit(1);');
  expect(await run('test')).toMatchObject({ code: 1, output: '0 passed, 1 failed\n' });
});

test('every check runs, and those that failed are named', async () => {
  for (const [path, code] of [
    ['typescript/bin/tsc', 1],
    ['oxlint/bin/oxlint', 0],
    ['oxfmt/bin/oxfmt', 0],
    ['knip/bin/knip.js', 1],
  ] as const) {
    write(`modules/${path}`, `process.exit(${code});`);
  }
  writeProgram(
    'bin/npm',
    `mv modules node_modules; mkdir -p node_modules/node/bin; ln -s ${process.execPath} node_modules/node/bin/node`,
  );
  const { code, errors } = await run('check');
  expect(code).toBe(1);
  expect(errors.trim().split('\n').at(-1)).toBe('holdfast: failed: types, dead code');
});

/** A Jest that says its arguments and leaves these results. */
function jestThatReports(results: object): void {
  write(
    'node_modules/jest/bin/jest.js',
    `import { writeFileSync } from 'node:fs';
const [json, file, ...args] = process.argv.slice(2);
writeFileSync(file.split('=')[1], ${JSON.stringify(JSON.stringify(results))});
process.stdout.write(args.join(' ') + '\\n');`,
  );
}

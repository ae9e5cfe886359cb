import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartTime } from '../../scripts/process-identity.js';
import { ensureTemporalServer } from '../../scripts/temporal-server.js';

const architecture = process.arch === 'x64' ? 'amd64' : process.arch;
const archiveName = `temporal_1.32.0_${process.platform}_${architecture}.tar.gz`;

let folder: string;
let mirror: Server;
let files: Map<string, Buffer>;
let requests: string[];
let environment: NodeJS.ProcessEnv;
let told: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-server-'));
  files = new Map();
  requests = [];
  told = [];
  mirror = createServer((request, response) => {
    requests.push(request.url ?? '');
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
  const address = mirror.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  mkdirSync(join(folder, 'bin'));
  // Nothing else is on the path, so that a Go of this machine is not found.
  for (const tool of ['tar', 'gzip', 'sleep']) symlinkSync(whereIs(tool), join(folder, 'bin', tool));
  environment = {
    PATH: join(folder, 'bin'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    HOLDFAST_TEMPORAL_RELEASE_URL: `http://127.0.0.1:${port}`,
  };
});

afterEach(async () => {
  await new Promise((resolve) => mirror.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function ensure(): ReturnType<typeof ensureTemporalServer> {
  return ensureTemporalServer((line) => told.push(line), environment);
}

function whereIs(tool: string): string {
  return execFileSync('/bin/sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).trim();
}

/** Puts a release on the mirror whose server has this content. */
function release(content: string, checksumOf = content): void {
  const parts = join(folder, `parts-${content}`);
  mkdirSync(parts);
  for (const name of ['temporal-server', 'temporal-sql-tool'])
    writeFileSync(join(parts, name), content, { mode: 0o755 });
  const archive = execFileSync('tar', ['-czf', '-', '-C', parts, 'temporal-server', 'temporal-sql-tool']);
  files.set(`/${archiveName}`, archive);
  const digest = checksumOf === content ? createHash('sha256').update(archive).digest('hex') : '0'.repeat(64);
  files.set('/checksums.txt', Buffer.from(`${digest}  ${archiveName}\n`));
}

/** A Go that builds at once, and writes down what. */
function installGo(exitCode = 0): void {
  const script = `#!/bin/sh\necho "$2" >> ${join(folder, 'built')}\nsleep 0.2\n[ ${exitCode} = 0 ] || { echo 'cannot reach the proxy' >&2; exit ${exitCode}; }\ncase "$2" in *tools/sql*) echo sql > "$GOBIN/sql";; *) echo server > "$GOBIN/server";; esac\n`;
  writeFileSync(join(folder, 'bin/go'), script);
  chmodSync(join(folder, 'bin/go'), 0o755);
}

test('the release is fetched, checked, unpacked and then found in the cache', async () => {
  release('released');
  const { server, sqlTool } = await ensure();
  expect(readFileSync(server, 'utf8')).toBe('released');
  expect(readFileSync(sqlTool, 'utf8')).toBe('released');
  expect(await ensure()).toEqual({ server, sqlTool });
  expect(requests).toEqual(['/checksums.txt', `/${archiveName}`]);
});

test('an archive with another checksum is not used: Go builds instead [setup.release-checked]', async () => {
  release('forged', 'genuine');
  installGo();
  const { server } = await ensure();
  expect(readFileSync(server, 'utf8')).toBe('server\n');
  expect(told).toContain(
    `the release archive of the Temporal server cannot be fetched (the checksum of ${archiveName} does not match); building it from source instead`,
  );
});

test('of two set-ups at once one builds, the other waits for it [setup.once]', async () => {
  installGo();
  const [left, right] = await Promise.all([ensure(), ensure()]);
  expect(left).toEqual(right);
  expect(readFileSync(join(folder, 'built'), 'utf8').trim().split('\n')).toEqual([
    'go.temporal.io/server/cmd/server@v1.32.0',
    'go.temporal.io/server/cmd/tools/sql@v1.32.0',
  ]);
  expect(told).toContain(`process ${process.pid} is setting up the Temporal server; waiting for it`);
});

test('a binary that was cut short or changed is replaced', async () => {
  release('released');
  const { server } = await ensure();
  appendFileSync(server, ' and more');
  await ensure();
  expect(readFileSync(server, 'utf8')).toBe('released');
  writeFileSync(server, 'replaced');
  await ensure();
  expect(readFileSync(server, 'utf8')).toBe('released');
});

test('without network and Go, one sentence says what to install or set [setup.one-sentence]', async () => {
  await expect(ensure()).rejects.toMatchObject({
    name: 'SetUpFailure',
    message:
      'the Temporal server can neither be fetched nor built: install Go (https://go.dev/dl), allow access to github.com, or set TEMPORAL_ADDRESS to a Temporal server of yours',
  });
});

test('a build that fails says why, and leaves nothing that looks complete', async () => {
  installGo(1);
  await expect(ensure()).rejects.toThrow(/^Go could not build .*server@v1\.32\.0 \(cannot reach the proxy\)/);
  installGo();
  expect(readFileSync((await ensure()).server, 'utf8')).toBe('server\n');
});

test('kill -9 of a set-up ends its build, and the next one takes its draft away', async () => {
  const go = `#!/bin/sh\necho $$ > ${join(folder, 'go-pid')}\nexec sleep 60\n`;
  writeFileSync(join(folder, 'bin/go'), go, { mode: 0o755 });
  const file = join(import.meta.dirname, '../../scripts/temporal-server.js');
  const script = `import { ensureTemporalServer } from '${file}'; await ensureTemporalServer(() => {});`;
  const victim = spawn(process.execPath, ['--input-type=module', '-e', script], { env: environment });
  while (!existsSync(join(folder, 'go-pid'))) await delay(20);
  victim.kill('SIGKILL');
  const pid = Number(readFileSync(join(folder, 'go-pid'), 'utf8'));
  while (processStartTime(pid) !== undefined) await delay(20);
  installGo();
  await ensure();
  expect(readdirSync(join(folder, 'cache/holdfast/temporal-server')).sort()).toEqual(['1.32.0', 'lock']);
});

test('a cache that cannot be written is named', async () => {
  writeFileSync(join(folder, 'cache'), 'a file');
  await expect(ensure()).rejects.toThrow(/cannot be written; set XDG_CACHE_HOME/);
});

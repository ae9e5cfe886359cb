import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startProbe } from './fixtures/probe-engine.ts';
import { startReceiver } from './fixtures/receiver.ts';
import { calls, startScriptedModel } from './fixtures/scripted-model.ts';

const ROOT = dirname(import.meta.dirname);
const TEXT = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const BLOCK = /```(?:ts|md|yaml)\n(?:\/\/|#|<!--) (\S+)(?: -->)?\n([\s\S]*?)```/g;
const ENOUGH_MS = 90_000;

const run = promisify(execFile);

/** Within the project, so that its code finds the package by its name. */
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(ROOT, '.scratch-'));
  const files = new Map<string, string>();
  for (const [, file = '', code = ''] of TEXT.matchAll(BLOCK)) files.set(file, (files.get(file) ?? '') + code);
  for (const [file, code] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
  symlinkSync(join(ROOT, 'examples/invoice-intake'), join(folder, 'examples/invoice-intake'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test(
  'the code of the recipes compiles [code.documents]',
  async () => {
    const project = join(folder, 'tsconfig.json');
    writeFileSync(project, JSON.stringify({ extends: '../tsconfig.json', include: ['examples/hours'], exclude: [] }));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, '-p', project, '--listFilesOnly']);
    expect(stdout.split('\n').filter((file) => file.includes(folder))).toHaveLength(4);
    await expect(run(process.execPath, [tsc, '-p', project])).resolves.toMatchObject({ stdout: '' });
  },
  ENOUGH_MS,
);

test('the job of the recipes registers, and its endpoints may see its data [code.documents]', async () => {
  const args = ['--conditions=holdfast-source', join(ROOT, 'main/config-check.ts'), folder, '--json'];
  const env = { PATH: process.env['PATH'], TIMESHEETS_TOKEN: 'one', MODELS_TOKEN: 'two' };
  const { stdout } = await run(process.execPath, args, { env });
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    problems: [],
    jobs: [{ name: 'invoice-intake' }, { name: 'hours', cleared: ['default', 'large'] }],
  });
});

test(
  'the job of the recipes runs: its verifier sends back, and its tool enters once and is read back [code.documents]',
  async () => {
    const [receiver, model] = await Promise.all([startReceiver(), startScriptedModel()]);
    const sheet = { sheet: 'may', project: 'bridge', hours: 7 };
    model.script((_, turn) => calls({ name: 'submit', arguments: turn === 1 ? { ...sheet, hours: 70 } : sheet }));
    receiver.behave(({ method }) => ({ status: 200, body: method === 'GET' ? sheet : { id: 'entered' } }));
    const systems = { timesheets: { address: receiver.address } };
    const engine = await startProbe({ jobs: [join(folder, 'examples/hours')], systems, model: model.address });
    try {
      const { client, tenant, registry } = engine;
      const mail = { sheet: 'may', text: 'I worked 7 hours on the bridge.' };
      const { runId } = await client.start(registry.job('hours'), mail, { tenant });
      const { status } = await client.wait(runId, { tenant, timeoutMs: ENOUGH_MS });
      expect(status).toBe('completed');
      await expect(client.result(runId, { tenant })).resolves.toEqual({ id: 'entered' });
    } finally {
      await Promise.all([engine.close(), model.close(), receiver.close()]);
    }
    expect(model.requests[1]?.messages.at(-1)?.content).toContain('The mail does not say 70 hours.');
    expect(receiver.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /sheets/may',
      'GET /sheets/may',
    ]);
  },
  ENOUGH_MS,
);

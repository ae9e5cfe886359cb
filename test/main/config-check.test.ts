import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '../..');
const MODEL = { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_MODEL: 'local', OPENAI_API_KEY: 'hunter2' };

const Report = z.object({
  ok: z.boolean(),
  problems: z.array(z.string()),
  values: z.array(z.object({ key: z.string(), value: z.string(), origin: z.string() })).default([]),
  models: z.object({ by: z.string(), endpoints: z.array(z.object({ id: z.string() })) }).optional(),
  jobs: z.array(z.object({ name: z.string(), dataClass: z.string(), cleared: z.array(z.string()) })).default([]),
});

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-config-check-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Checked {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function check(args: readonly string[], env: NodeJS.ProcessEnv = MODEL): Promise<Checked> {
  const child = spawn(process.execPath, ['--conditions=holdfast-source', join(ROOT, 'main/config-check.ts'), ...args], {
    env: { PATH: process.env['PATH'], ...env },
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

/** Checks a folder that holds this temporal.yaml, and answers the one JSON object. */
async function checkYaml(yaml: string, env?: NodeJS.ProcessEnv): Promise<{ code: number | null; report: Report }> {
  writeFileSync(join(folder, 'temporal.yaml'), yaml);
  const { code, stdout } = await check([folder, '--json'], env);
  return { code, report: Report.parse(JSON.parse(stdout)) };
}
type Report = z.infer<typeof Report>;

const INVOICES = join(ROOT, 'examples/invoice-intake');
const PAIR = join(ROOT, 'test/fixtures/pair');

test('the configuration that comes along is shown with origins, models and jobs, and all is well [config.check]', async () => {
  const { code, stdout, stderr } = await check([]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^ {2}workers\.processes +2 +file$/m);
  expect(stdout).toMatch(/^models \(environment\)\n {2}default {2}local {2}http:\/\/127\.0\.0\.1:9\/v1 {2}public, /m);
  expect(stdout).toMatch(/^ {2}invoice-intake {2}examples\/invoice-intake {2}confidential {2}may ask default$/m);
  expect(stdout).toMatch(/^problems\n {2}none$/m);
  expect(stdout).not.toContain('hunter2');
});

test('a wrong key is one sentence and exit code 3, for people and as JSON [config.check]', async () => {
  writeFileSync(join(folder, 'temporal.yaml'), 'workers: { processes: 65 }\n');
  const sentence = '`workers.processes` in temporal.yaml is 65; it must be a whole number from 1 to 64.';
  await expect(check([folder])).resolves.toEqual({ code: 3, stdout: '', stderr: `holdfast: ${sentence}\n` });
  const asJson = await checkYaml('workers: { processes: 65 }\n');
  expect([asJson.code, asJson.report]).toMatchObject([3, { ok: false, problems: [sentence] }]);
});

test('a folder without a job is a problem, and the other jobs are shown [config.check]', async () => {
  const { code, report } = await checkYaml(`jobs: [nowhere, ${JSON.stringify(INVOICES)}]\n`);
  expect(code).toBe(3);
  expect(report.problems).toEqual(['The job folder "nowhere" has no job.ts; `jobs` in temporal.yaml lists it.']);
  expect(report.jobs).toMatchObject([{ name: 'invoice-intake', dataClass: 'confidential', cleared: ['default'] }]);
});

test('the same job twice is a problem [config.check]', async () => {
  const { code, report } = await checkYaml(`jobs: [${JSON.stringify(INVOICES)}, ${JSON.stringify(INVOICES)}]\n`);
  expect([code, report.problems]).toEqual([3, ['Two jobs are named "invoice-intake"; rename one of them.']]);
});

test('a job whose data no model may see is a problem, and so is an agent whose endpoint is not there [config.check]', async () => {
  const elsewhere = 'address: https://models.example.com/v1, model: one';
  const endpoints = `[{ id: small, ${elsewhere} }, { id: huge, ${elsewhere} }]`;
  const { code, report } = await checkYaml(`jobs: [${JSON.stringify(PAIR)}]\nendpoints: ${endpoints}\n`, {});
  expect(code).toBe(3);
  expect(report.models).toMatchObject({ by: 'file', endpoints: [{ id: 'small' }, { id: 'huge' }] });
  expect(report.problems).toEqual([
    'No model may see the data of "pair", which is confidential; add confidential to `cleared` of an endpoint or to HOLDFAST_CLEARED.',
    expect.stringContaining('The agent "ask" of "pair" names the endpoint "large", which temporal.yaml does not have'),
  ]);
});

test('an unknown option is refused with exit code 2 [config.check]', async () => {
  const { code, stderr } = await check(['--jsno']);
  expect([code, stderr]).toEqual([2, expect.stringContaining("'--jsno'")]);
});

import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LoadedJob, loadJobs } from '../../jobs/load-jobs.ts';
import { prepareBundle } from '../../workers/index.ts';

const root = join(import.meta.dirname, '../..');
const SPLIT = `import { workflow } from 'holdfast/workflow';
import { topic } from '../shared/topic.ts';
export const deskWorkflow = workflow(async (steps) => steps.look({ topic }));
`;

let folder: string;
let desk: LoadedJob;
let example: LoadedJob;

beforeAll(async () => {
  await mkdir(join(root, '.holdfast'), { recursive: true });
  folder = await mkdtemp(join(root, '.holdfast/bundle-'));
  const [first, second] = await loadJobs(['test/fixtures/desk', 'examples/invoice-intake'], root);
  if (first === undefined || second === undefined) throw new Error('The jobs are not there.');
  [desk, example] = [first, second];
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a bundle is built once and reused while nothing in it changes', async () => {
  const path = await prepareBundle([desk], folder);
  const { mtimeMs } = await stat(path);
  expect(await prepareBundle([desk], folder)).toBe(path);
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
});

test('a change in the workflow, or in a file anywhere that it imports, makes another bundle', async () => {
  const job = await copyOf('changing', SPLIT);
  const shared = join(folder, 'shared');
  await mkdir(shared, { recursive: true });
  await writeFile(join(shared, 'topic.ts'), "export const topic = 'rain';\n");
  const first = await prepareBundle([job], folder);
  await writeFile(join(shared, 'topic.ts'), "export const topic = 'snow';\n");
  const second = await prepareBundle([job], folder);
  await writeFile(job.workflowFile, `${SPLIT}// mended\n`);
  const third = await prepareBundle([job], folder);
  expect(new Set([first, second, third]).size).toBe(3);
  expect(await readFile(first, 'utf8')).toContain("'rain'");
  expect(await readFile(second, 'utf8')).toContain("'snow'");
});

test('other packages in the project of the job make another bundle', async () => {
  const job = await copyOf('locked', SPLIT);
  const before = await prepareBundle([job], folder);
  await writeFile(join(job.folder, 'package-lock.json'), '{"packages":{}}');
  expect(await prepareBundle([job], folder)).not.toBe(before);
});

test('bundles of different jobs can be built at the same time, and leave nothing else behind', async () => {
  const home = join(folder, 'together');
  const [one, other] = await Promise.all([prepareBundle([desk], home), prepareBundle([example], home)]);
  expect(await readFile(one, 'utf8')).toContain('deskWorkflow');
  expect(await readFile(one, 'utf8')).not.toContain('invoiceIntakeWorkflow');
  expect(await readFile(other, 'utf8')).toContain('invoiceIntakeWorkflow');
  expect((await readdir(join(home, 'bundles'))).every((name) => name.endsWith('.js'))).toBe(true);
});

test('a bundle holds no schema library and no module of Node [workflow.sandboxed]', async () => {
  const code = await readFile(await prepareBundle([example], folder), 'utf8');
  expect(code).toContain('invoiceIntakeWorkflow');
  expect(code).not.toMatch(/ZodType|node:crypto|require\("(node:)?(fs|crypto|http)"\)/);
});

test('a workflow that is exported under another name is refused with the name it must have [jobs.registration-refuses]', async () => {
  const job = await copyOf(
    'misnamed',
    "export const intakeFlow = async () => ({ ref: '' });\nexport const limit = 3;\n",
  );
  await expect(prepareBundle([job], folder)).rejects.toMatchObject({
    code: 'invalid-job',
    message: 'The workflow of "desk" must be exported as deskWorkflow; its workflow file exports intakeFlow, limit.',
  });
});

test('a workflow that imports what the sandbox does not have is refused in one sentence [workflow.sandboxed]', async () => {
  const code =
    "import { readFileSync } from 'node:fs';\nexport const deskWorkflow = async () => readFileSync('/etc/hostname');\n";
  const job = await copyOf('reading', code);
  await expect(prepareBundle([job], folder)).rejects.toMatchObject({
    code: 'invalid-job',
    message: expect.stringMatching(/^The workflows cannot be bundled: [^\n]*fs[^\n]*$/),
  });
});

async function copyOf(name: string, code: string): Promise<LoadedJob> {
  const copy = join(folder, name);
  await cp(desk.folder, copy, { recursive: true });
  const workflowFile = join(copy, 'workflow.ts');
  await writeFile(workflowFile, code);
  return { ...desk, folder: copy, workflowFile };
}

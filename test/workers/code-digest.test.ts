import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { loadJobs } from '../../jobs/load-jobs.ts';
import { codeDigest } from '../../workers/code-digest.ts';

const root = join(import.meta.dirname, '../..');
const folders: string[] = [];
let folder: string;

beforeEach(async () => {
  await mkdir(join(root, '.holdfast'), { recursive: true });
  folder = await mkdtemp(join(root, '.holdfast/code-digest-'));
  folders.push(folder);
  await cp(join(root, 'test/fixtures/errand'), folder, { recursive: true });
  await edit('send: async (errand) => errand });\nconst weigh', 'send: picked });\nconst weigh');
  await edit('import { z }', "import { picked } from './picked.ts';\nimport { z }");
  await writeFile(join(folder, 'picked.ts'), 'export const picked = async <T>(errand: T): Promise<T> => errand;\n');
});

afterAll(() => Promise.all(folders.map((each) => rm(each, { recursive: true, force: true }))));

test('the digest of the code stays the same while nothing changes [upgrade.code]', async () => {
  expect(await digest()).toMatch(/^[\w-]{22}$/);
  expect(await digest()).toBe(await digest());
});

test('the body of a tool, also in a file that job.ts imports, changes the digest of the code [upgrade.code]', async () => {
  const before = await digest();
  const path = join(folder, 'picked.ts');
  await writeFile(path, `${await readFile(path, 'utf8')}// It picks otherwise.\n`);
  const after = await digest();
  expect(after).not.toBe(before);
  await edit("name: 'weigh', send: async (errand) => errand", "name: 'weigh', send: async ({ name }) => ({ name })");
  expect(await digest()).not.toBe(after);
});

test('a prompt that lies in a file of its own changes the digest of the code [upgrade.code]', async () => {
  await edit('defineJob, defineTool', 'defineAgent, defineJob, defineTool');
  await edit(
    'agents: {}',
    "agents: { think: defineAgent({ prompt: new URL('./think.md', import.meta.url), input: Errand, output: Errand }) }",
  );
  await writeFile(join(folder, 'think.md'), 'Think.');
  const before = await digest();
  await writeFile(join(folder, 'think.md'), 'Think again.');
  expect(await digest()).not.toBe(before);
});

async function digest(): Promise<string> {
  return codeDigest(await loadJobs([folder], root));
}

async function edit(from: string, to: string): Promise<void> {
  const path = join(folder, 'job.ts');
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`job.ts has no ${from}.`);
  await writeFile(path, text.replace(from, to));
}

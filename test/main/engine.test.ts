import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine } from '../../main/engine.ts';

const root = join(import.meta.dirname, '../..');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-engine-'));
  await mkdir(join(folder, 'job'));
  await writeFile(join(folder, 'job/job.ts'), `export { probe } from '${root}/test/fixtures/probe/job.ts';\n`);
  await writeFile(join(folder, 'job/workflow.ts'), 'export const otherWorkflow = async () => {};\n');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('a workflow under the wrong name is refused before any process is started [jobs.registration-refuses]', async () => {
  const home = join(folder, 'home');
  const opening = openEngine({
    home,
    env: process.env,
    jobs: ['job'],
    root: folder,
    layout: 'together',
    systems: async () => ({}),
    onProgress: () => {},
  });
  await expect(opening).rejects.toMatchObject({
    code: 'invalid-job',
    message: 'The workflow of "probe" must be exported as probeWorkflow; its workflow file exports otherWorkflow.',
  });
  expect(existsSync(join(home, 'locks/supervisor'))).toBe(false);
});

test('a home that is no folder is named with the fix', async () => {
  const home = join(folder, 'a-file');
  await writeFile(home, '');
  const opening = openEngine({
    home,
    env: process.env,
    jobs: ['test/fixtures/probe'],
    root,
    layout: 'together',
    systems: async () => ({}),
    onProgress: () => {},
  });
  await expect(opening).rejects.toMatchObject({
    code: 'setup-failed',
    message: expect.stringContaining('cannot be made or read; choose another home'),
  });
});

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const LOADED = `
  import { registerHooks } from 'node:module';
  const packages = new Set();
  registerHooks({
    load: (url, context, next) => {
      packages.add(/\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1]);
      return next(url, context);
    },
  });
  await import('./workers/worker.ts');
  console.log(JSON.stringify([...packages]));
  process.exit(0);
`;

test('a worker starts without the query builder and the model client: what stands in for a killed one is ready sooner', async () => {
  const args = [
    '--conditions=holdfast-source',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    LOADED,
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  const packages = JSON.parse(stdout) as readonly string[];
  expect(packages).toEqual(expect.arrayContaining(['@temporalio/worker', 'pg', 'undici']));
  expect(packages.filter((name) => ['kysely', 'openai'].includes(name))).toEqual([]);
});

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { removeStack } from '../../stack/index.ts';
import { untilNothingLeft } from '../stack/stack-parent.ts';
import { Newcomer } from './newcomer.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/getting-started.md'), 'utf8');
const BLOCK = /```sh\n([\s\S]*?)```(?:\n\n```text\n([\s\S]*?)```)?/g;
const SERVES = /^(npm start|npx holdfast up)\b/m;
const MOST_MS = 120_000;
const MOST_BYTES = 2_000_000;

const blocks = [...PAGE.matchAll(BLOCK)].map(([, commands = '', shown], index) => ({
  number: index + 1,
  commands,
  shown,
  title: commands.trim().split('\n').join('; ').slice(0, 60),
}));

const newcomer = new Newcomer();

afterAll(async () => {
  const home = join(newcomer.here, '.holdfast');
  const rehearsals = join(home, 'testing');
  await Promise.all([home, rehearsals].map((each) => untilNothingLeft(each, 15_000)));
  removeStack(rehearsals);
  removeStack(home);
  newcomer.remove();
}, 20_000);

// In this order: each goes on where the one before has left the shell.
test.each(blocks)(
  'in an empty folder beside the checkout, block $number, "$title", does what the page says [package.getting-started]',
  async ({ commands, shown }) => {
    const serves = SERVES.test(commands);
    const { out } = await (serves ? newcomer.serve(commands) : newcomer.run(commands));
    expect(withoutPorts(out)).toContain(withoutPorts(shown ?? ''));
    const { left } = await untilNothingLeft(join(newcomer.here, '.holdfast'), 15_000);
    expect(left).toEqual([]);
  },
  MOST_MS,
);

test('the package holds its build and its command, and neither tests nor examples [package.small]', () => {
  const installed = join(newcomer.folder, 'work/node_modules/holdfast');
  expect(readdirSync(installed).toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist',
    'docs',
    'package.json',
    'scripts',
    'temporal.schema.json',
  ]);
  expect(readdirSync(join(installed, 'dist')).toSorted()).not.toContain('examples');
  expect(statSync(join(newcomer.folder, 'holdfast-0.1.0.tgz')).size).toBeLessThan(MOST_BYTES);
});

test('every entry point loads in a project of a user [package.getting-started]', async () => {
  const names = ['holdfast', 'holdfast/worker', 'holdfast/client', 'holdfast/testing'];
  const imports = names.map((name) => `typeof await import('${name}')`).join(' + ');
  // An entry point of workflows loads in the sandbox alone: the job that ran has loaded it.
  const { out } = await newcomer.run(`node_modules/.bin/node -e "(async () => console.log(${imports}))()"`);
  expect(out).toBe('objectobjectobjectobject\n');
}, 30_000);

test('the page starts the job and tests it [package.getting-started]', () => {
  expect(blocks.filter(({ commands, shown }) => SERVES.test(commands) && shown !== undefined)).toHaveLength(3);
});

function withoutPorts(text: string): string {
  return text.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT');
}

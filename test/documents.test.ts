import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../config/load-config.ts';
import { JOB_ERRORS } from '../domain/errors.ts';
import { load } from './config/config-folder.ts';

const ROOT = dirname(import.meta.dirname);
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const WITHOUT_CODE = ['node_modules', 'dist', 'coverage', 'docs'];

// Prose starts with a capital letter.
const COMMENTED_KEY = /^( *)# ( *(?:- )?[a-z][A-Za-z]*:.*)$/gm;

const quotes = [...README.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, file = '', code = '']) => ({
  file,
  code,
}));

test.each(quotes)('the README quotes $file as it is [code.documents]', ({ file, code }) => {
  expect(readFileSync(join(ROOT, file), 'utf8')).toContain(code.trimEnd());
});

test('the README gives every error code its exit code [code.documents]', () => {
  const rows = [...README.matchAll(/^\| (\d+) +\| (.+) \|$/gm)].flatMap(([, code = '', when = '']) => {
    return [...when.matchAll(/`([a-z-]+)`/g)].map(([, name = '']) => [name, Number(code)] as const);
  });
  const table = Object.entries(JOB_ERRORS).map(([name, { exitCode }]) => [name, exitCode] as const);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(table));
});

test('the README maps every folder of code [code.documents]', () => {
  const mapped = [...README.matchAll(/^\| `([a-z]+)\/` +\|/gm)].map(([, name = '']) => name);
  const folders = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !WITHOUT_CODE.includes(entry.name))
    .map((entry) => entry.name);
  expect(mapped.toSorted()).toEqual(folders.toSorted());
});

test('temporal.yaml says what the defaults say [config.defaults]', () => {
  const { origins: _origins, effective, ...written } = loadConfig({ cwd: ROOT, env: {} });
  const defaults = load(undefined);
  expect({ ...defaults, ...written, effective }).toEqual({ ...defaults, root: ROOT });
});

test('the examples in temporal.yaml are accepted when they are uncommented [config.defaults]', () => {
  const yaml = readFileSync(join(ROOT, 'temporal.yaml'), 'utf8').replaceAll(COMMENTED_KEY, '$1$2');
  const env = { TEMPORAL_API_KEY: 'a', BOOKS_TOKEN: 'b', MODELS_TOKEN: 'c', MAIL_SECRET: `whsec_${'A'.repeat(32)}` };
  const files = { 'authority.pem': 'pem', 'database-url': 'postgres://me:secret@127.0.0.1/mine' };
  const here = yaml.replaceAll(/file:[a-z]+\//g, 'file:');
  const config = load(here, { env, files });
  expect(Object.keys(config.systems)).toEqual(['books']);
  expect(config.endpoints.map(({ id }) => id)).toEqual(['small']);
  expect(config.temporal).toMatchObject({
    address: 'temporal.example.com:7233',
    apiKey: 'a',
    tls: { serverRootCa: 'pem' },
  });
});

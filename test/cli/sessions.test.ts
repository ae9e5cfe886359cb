import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { apiOf } from '../../cli/find-api.ts';
import { openSessions } from '../../cli/sessions.ts';

const ADA = { principal: 'ada', tenant: 'default', token: 'hf1.secret', expiresAt: '2099-01-01T00:00:00.000Z' };
const HERE = 'http://127.0.0.1:20001';
const THERE = 'https://holdfast.example.com';

let folder: string;
let env: NodeJS.ProcessEnv;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sessions-'));
  env = { XDG_CONFIG_HOME: join(folder, 'config') };
  path = join(folder, 'config/holdfast/sessions.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('sessions are kept one for each API, in a file for their owner alone [cli.session]', () => {
  openSessions(env).keep(HERE, ADA, false);
  openSessions(env).keep(THERE, { ...ADA, principal: 'grace' }, true);
  const kept = openSessions(env);
  expect([kept.of(HERE)?.principal, kept.of(THERE)?.principal, kept.of('http://127.0.0.1:1'), kept.current]).toEqual([
    'ada',
    'grace',
    undefined,
    THERE,
  ]);
  expect((statSync(path).mode & 0o777).toString(8)).toBe('600');
  expect((statSync(join(folder, 'config/holdfast')).mode & 0o777).toString(8)).toBe('700');
  // No draft is left beside it.
  expect(readdirSync(join(folder, 'config/holdfast'))).toEqual(['sessions.json']);
});

test('a session that was kept meanwhile is not lost [cli.session]', () => {
  const one = openSessions(env);
  const other = openSessions(env);
  one.keep(HERE, ADA, false);
  other.keep(THERE, ADA, false);
  expect(openSessions(env).of(HERE)).toEqual(ADA);
  expect(openSessions(env).of(THERE)).toEqual(ADA);
});

test('a session that is forgotten is gone, and the last one takes the file with it [cli.session]', () => {
  openSessions(env).keep(THERE, ADA, true);
  expect([openSessions(env).forget(THERE), openSessions(env).forget(THERE)]).toEqual([true, false]);
  expect([openSessions(env).current, existsSync(path)]).toEqual([undefined, false]);
});

test('a file of sessions that others can read, or that holds none, is refused with the fix [cli.session]', () => {
  openSessions(env).keep(HERE, ADA, false);
  chmodSync(path, 0o644);
  expect(() => openSessions(env)).toThrow(
    expect.objectContaining({ code: 'invalid-config', message: expect.stringContaining(`chmod 600 ${path}`) }),
  );
  chmodSync(path, 0o600);
  writeFileSync(path, '{"sessions":{"x":1}}');
  expect(() => openSessions(env)).toThrow(
    expect.objectContaining({ code: 'invalid-config', message: expect.stringContaining('remove it and log in again') }),
  );
});

test('the API is that of --api, of HOLDFAST_API, of the named log-in, of the project, in this order [cli.find-api]', () => {
  const cwd = join(folder, 'project/jobs/deep');
  mkdirSync(cwd, { recursive: true });
  mkdirSync(join(folder, 'project/.holdfast'));
  expect(() => apiOf({ cwd, env })).toThrow(
    expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('`holdfast up`') }),
  );
  writeFileSync(join(folder, 'project/.holdfast/api.json'), JSON.stringify({ address: HERE }));
  expect(apiOf({ cwd, env })).toEqual({ address: HERE, by: 'project' });
  // Logging in to the API of a project must not reach into another project.
  openSessions(env).keep(HERE, ADA, false);
  expect(apiOf({ cwd, env })).toEqual({ address: HERE, by: 'project' });
  openSessions(env).keep(THERE, ADA, true);
  expect(apiOf({ cwd, env })).toEqual({ address: THERE, by: 'session' });
  const named = { ...env, HOLDFAST_API: 'http://127.0.0.1:3/' };
  expect(apiOf({ cwd, env: named })).toEqual({ address: 'http://127.0.0.1:3', by: 'HOLDFAST_API' });
  expect(apiOf({ api: 'http://127.0.0.1:4//', cwd, env: named })).toEqual({
    address: 'http://127.0.0.1:4',
    by: '--api',
  });
});

test('HOLDFAST_HOME names another home of the project, and an empty variable counts as unset [cli.find-api]', () => {
  const home = join(folder, 'elsewhere');
  mkdirSync(home);
  writeFileSync(join(home, 'api.json'), JSON.stringify({ address: HERE }));
  expect(apiOf({ cwd: folder, env: { ...env, HOLDFAST_HOME: home, HOLDFAST_API: '' } }).address).toBe(HERE);
});

test.each(['127.0.0.1:80', 'ftp://host', 'https://user:secret@host', ''])(
  'the address "%s" is refused by the name of what holds it [cli.find-api]',
  (address) => {
    expect(() => apiOf({ api: address, cwd: folder, env })).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining('--api is') }),
    );
  },
);

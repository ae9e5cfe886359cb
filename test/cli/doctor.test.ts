import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { judgeAlarms } from '../../cli/doctor/check-alarms.ts';
import { checkNode, freeSpace } from '../../cli/doctor/check-machine.ts';
import { judgeEndpoints } from '../../cli/doctor/check-endpoints.ts';
import { judgeClock, judgeSystem, type SystemState } from '../../cli/doctor/check-system.ts';
import { ownIdentity } from '../../scripts/process-identity.js';
import { cliUser, type CliUser } from './run-cli.ts';
import { json, startSmallApi } from './small-api.ts';

const GIB = 1_073_741_824;
const NOW = Date.parse('2026-01-31T09:00:00Z');
const WELL: SystemState = {
  version: '0.1.0',
  now: new Date(NOW).toISOString(),
  database: { ready: true, clockAheadMs: 0 },
  temporal: { ready: true, namespace: 'default' },
  queues: [{ taskQueue: 'holdfast', role: 'together', workers: 2 }],
  endpoints: [],
};
const Report = z.object({
  ok: z.boolean(),
  findings: z.array(
    z.object({ check: z.string(), state: z.string(), sentence: z.string(), fix: z.string().optional() }),
  ),
});

let ada: CliUser;
let server: Server | undefined;

beforeEach(() => {
  ada = cliUser({ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', OPENAI_MODEL: 'none' });
});
afterEach(async () => {
  ada.remove();
  server?.close();
  server = undefined;
});

async function examined(
  args: readonly string[] = [],
): Promise<{ code: number | null; report: z.infer<typeof Report> }> {
  const { code, out } = await ada.run(['doctor', '--json', ...args]);
  return { code, report: Report.parse(JSON.parse(out)) };
}

async function listening(): Promise<number> {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A project whose stack remembers ports and processes. */
function project(ports: object, records: readonly object[]): void {
  const home = join(ada.folder, '.holdfast');
  mkdirSync(home);
  writeFileSync(join(home, 'ports.json'), JSON.stringify(ports));
  writeFileSync(join(home, 'processes.json'), JSON.stringify({ records }));
}

test.each([
  { version: '24.0.0', state: 'ok' },
  { version: '23.9.0', state: 'wrong' },
])('Node $version is $state [cli.doctor]', ({ version, state }) => {
  expect(checkNode(version, '/usr/bin/node')).toMatchObject({ state, sentence: expect.stringContaining(version) });
});

test.each([
  { freeBytes: 10 * GIB, state: 'ok' },
  { freeBytes: 10 * GIB - GIB / 2, state: 'note' },
  { freeBytes: GIB, state: 'note' },
  { freeBytes: GIB - 1_000_000, state: 'wrong' },
])('$freeBytes bytes of free space are $state [cli.doctor]', ({ freeBytes, state }) => {
  expect(freeSpace({ what: 'data', path: '/data', freeBytes })).toMatchObject({ state });
});

test.each([
  { aheadMs: 2_000, state: 'ok' },
  { aheadMs: -2_001, state: 'note' },
  { aheadMs: 30_000, state: 'note' },
  { aheadMs: -30_001, state: 'wrong' },
])('a clock that is $aheadMs ms ahead is $state [cli.doctor]', ({ aheadMs, state }) => {
  expect(judgeClock('the API', aheadMs)).toMatchObject({ state });
});

test('what the API says of database, Temporal, workers and clocks is judged one by one [cli.doctor]', () => {
  expect(judgeSystem(WELL, NOW).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  const ill: SystemState = {
    ...WELL,
    database: { ready: false, clockAheadMs: 0 },
    temporal: { ready: false, namespace: 'default' },
    queues: [{ taskQueue: 'calls', role: 'calls', workers: 0 }],
  };
  const findings = judgeSystem(ill, NOW + 60_000);
  expect(findings.map(({ check, state }) => [check, state])).toEqual([
    ['postgresql', 'wrong'],
    ['temporal', 'wrong'],
    ['workers', 'wrong'],
    ['clock', 'wrong'],
  ]);
  expect(findings.every(({ fix }) => fix !== undefined)).toBe(true);
});

test('a simulated model and a cooling endpoint are told [cli.doctor]', () => {
  const findings = judgeEndpoints([
    { id: 'a', model: 'SIMULATED-1', simulated: true },
    { id: 'b', model: 'm', simulated: false, coolingUntil: '2026-01-31T09:00:00Z' },
    { id: 'c', model: 'm', simulated: false },
  ]);
  expect(findings.map(({ state }) => state)).toEqual(['note', 'note', 'ok']);
});

test('in a folder without a project it says so, and names what starts an API [cli.doctor]', async () => {
  const { code, report } = await examined();
  expect([code, report.ok]).toEqual([3, false]);
  expect(report.findings.filter(({ state }) => state === 'wrong')).toEqual([
    { check: 'api', state: 'wrong', sentence: 'no API is known here', fix: expect.stringContaining('`holdfast up`') },
  ]);
  expect(report.findings.map(({ check }) => check)).toEqual(['node', 'disk', 'configuration', 'api']);
});

test('with the API down it looks by itself: configuration, servers, endpoints, ports [cli.doctor]', async () => {
  const port = await listening();
  project({ frontend: port, postgres: 1 }, []);
  writeFileSync(join(ada.folder, 'temporal.yaml'), 'jobs: [nowhere]\ntemporal: { address: "127.0.0.1:1" }\n');
  const { code, report } = await examined(['--api', 'http://127.0.0.1:1']);
  expect([code, report.ok]).toEqual([3, false]);
  const wrongs = report.findings.filter(({ state }) => state === 'wrong');
  expect(wrongs.map(({ check }) => check)).toEqual(['configuration', 'temporal', 'endpoints', 'api']);
  expect(wrongs.every(({ fix }) => fix !== undefined)).toBe(true);
  expect(report.findings).toContainEqual(
    expect.objectContaining({ check: 'ports', state: 'note', sentence: expect.stringContaining(`${port} (frontend)`) }),
  );
});

test('of a stack that runs it tells its ports from others, and which process has ended [cli.doctor]', async () => {
  const port = await listening();
  const ended = { pid: 1, startTime: 'never' };
  project({ postgres: port }, [
    { spec: { name: 'postgres', stage: 'database' }, identity: ownIdentity() },
    { spec: { name: 'worker-1', stage: 'worker' }, identity: ended },
  ]);
  const { report } = await examined();
  expect(report.findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ check: 'stack', state: 'wrong', sentence: 'worker-1 ended' }),
      expect.objectContaining({ check: 'ports', state: 'ok', sentence: `ours: ${port} (postgres)` }),
      expect.objectContaining({ check: 'postgresql', state: 'ok' }),
      expect.objectContaining({ check: 'temporal', state: 'wrong' }),
    ]),
  );
});

test('an API that is up and not ready, or tells a stranger nothing, is told so [cli.doctor]', async () => {
  const api = await startSmallApi(({ line }, response) => {
    if (line === 'GET /healthz') return json(response, { live: true, since: '2026-01-31T09:00:00Z' });
    json(response, { ready: false, reasons: ['the database does not answer'] }, line === 'GET /readyz' ? 503 : 404);
  });
  const { code, report } = await examined(['--api', api.address]);
  await api.close();
  expect(code).toBe(3);
  expect(report.findings).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ check: 'api', state: 'ok' }),
      expect.objectContaining({
        check: 'api',
        state: 'wrong',
        sentence: 'it is not ready: the database does not answer',
      }),
      expect.objectContaining({ check: 'login', state: 'note' }),
    ]),
  );
});

test('for people each finding is a line with its mark, and the fix below it [cli.doctor]', async () => {
  const { out, code } = await ada.run(['doctor']);
  expect(code).toBe(3);
  expect(out).toMatch(/^ok {4}node {11}Node \d+\.\d+\.\d+ at \/.*$/m);
  expect(out).toMatch(/^WRONG {1}api {12}no API is known here\n {21}→ Start one with `holdfast up`/m);
});

test('what is stuck is told with its fix, and so is that nobody looks for it [cli.doctor] [stuck.alarms]', () => {
  const at = new Date(NOW).toISOString();
  const alarm = {
    kind: 'paused',
    subject: 'job.x',
    sentence: 'job.x has been paused for 200 hours; resume it.',
    raisedAt: at,
    seenAt: at,
  } as const;
  expect(judgeAlarms({ alarms: [], sweptAt: at }, NOW)).toEqual([
    { check: 'alarms', state: 'ok', sentence: 'nothing is stuck' },
  ]);
  expect(judgeAlarms({ alarms: [alarm], sweptAt: at }, NOW)).toMatchObject([
    { state: 'wrong', sentence: 'paused: job.x has been paused for 200 hours; resume it.' },
  ]);
  expect(judgeAlarms({ alarms: [], sweptAt: at }, NOW + 600_000)).toMatchObject([{ state: 'ok' }, { state: 'wrong' }]);
  expect(judgeAlarms({ alarms: [] }, NOW)).toMatchObject([{ state: 'ok' }, { state: 'note' }]);
});

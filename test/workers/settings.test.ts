import { expect, test } from '@jest/globals';
import { readWorkerSettings, WORKER_SETTINGS, type WorkerSettingsInput } from '../../workers/settings.ts';

const WORKFLOWS = {
  role: 'workflows',
  address: '127.0.0.1:7233',
  namespace: 'default',
  taskQueue: 'q',
  name: 'w1',
  bundle: 'b.js',
} as const;
const SECRET = 'postgres://gate:s3cret@127.0.0.1/holdfast';
const CALLS: WorkerSettingsInput = {
  role: 'calls',
  address: '127.0.0.1:7233',
  namespace: 'default',
  taskQueue: 'q',
  name: 'c1',
  jobs: ['/jobs/one'],
  databaseUrl: SECRET,
  systems: { books: { address: 'http://127.0.0.1:1', credential: 'token-0815' } },
  endpoints: [{ id: 'e', address: 'http://127.0.0.1:2/v1', model: 'm', credential: 'sk-4711', cleared: ['public'] }],
};

test('settings that fit are read with their defaults, and leave the environment in which tools could look', () => {
  const env = { [WORKER_SETTINGS]: JSON.stringify(WORKFLOWS), OTHER: 'stays' };
  expect(readWorkerSettings(env)).toEqual({ ...WORKFLOWS, workflowTaskSlots: 4, healthPort: 0, verbose: false });
  expect(env).toEqual({ OTHER: 'stays' });
  expect(readWorkerSettings({ [WORKER_SETTINGS]: JSON.stringify(CALLS) })).toMatchObject({
    activitySlots: 100,
    databaseUrl: SECRET,
  });
});

test.each<[string, unknown, string]>([
  ['nothing', '', 'A worker is started by `npm start`, which sets HOLDFAST_WORKER; it is not set.'],
  ['no JSON', `{${SECRET}`, 'HOLDFAST_WORKER does not fit: it is no JSON.'],
  ['no slot at all', { ...WORKFLOWS, workflowTaskSlots: 0 }, 'workflowTaskSlots: too small: expected number to be >=1'],
  ['too many slots', { ...CALLS, activitySlots: 1_001 }, 'activitySlots: too big: expected number to be <=1000'],
  ['an unknown role', { ...WORKFLOWS, role: 'all' }, 'role: '],
  ['a database for who runs workflows', { ...WORKFLOWS, databaseUrl: SECRET }, 'unrecognized key: "databaseUrl"'],
  ['no job folder', { ...CALLS, jobs: [] }, 'jobs: too small'],
  [
    'an unknown data class',
    { ...CALLS, endpoints: [{ id: 'e', address: 'a', model: 'm', cleared: ['secret'] }] },
    'endpoints.0.cleared.0: ',
  ],
])('settings with %s are refused in one sentence that shows no secret', (_name, given, problem) => {
  const text = typeof given === 'string' ? given : JSON.stringify(given);
  const refusal = refusalOf(text);
  expect(refusal.code).toBe('invalid-config');
  expect(refusal.message.toLowerCase()).toContain(problem.toLowerCase());
  expect(refusal.message).toMatch(/^[^\n]*\.$/);
  expect(refusal.message).not.toMatch(/s3cret|token-0815|sk-4711/);
  expect(refusal.cause).toBeUndefined();
});

function refusalOf(text: string): { code?: string; message: string; cause?: unknown } {
  try {
    readWorkerSettings({ [WORKER_SETTINGS]: text });
  } catch (error) {
    return error as { code: string; message: string };
  }
  return { message: 'It was taken.' };
}

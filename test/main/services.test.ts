import { expect, test } from '@jest/globals';
import { JobError } from '../../domain/errors.ts';
import { startServices } from '../../main/services.ts';
import type { ProcessSpec, StartedProcess } from '../../stack/index.ts';

const DESK = { name: 'desk', file: 'services/desk.ts', path: '/project/services/desk.ts' };

/** A stack that keeps what it was asked to start. */
function recordingStack(answer: () => Promise<StartedProcess>) {
  const asked: ProcessSpec[] = [];
  const start = async (spec: ProcessSpec): Promise<StartedProcess> => {
    asked.push(spec);
    return answer();
  };
  return { asked, stack: { start, port: async () => 4_711 } };
}

const STARTED: StartedProcess = {
  name: 'service-desk',
  stage: 'service',
  pid: 1,
  status: 'running',
  startedAt: '2026-12-01T08:00:00Z',
  ready: { ready: true },
  restarts: 0,
};

test('a service is told its port, and keeps the credential that the file names for its system [up.services]', async () => {
  const { asked, stack } = recordingStack(async () => STARTED);
  const configured = { desk: { address: 'https://desk.example.com', credential: 'secret' } };
  await expect(startServices(stack, [DESK], configured)).resolves.toEqual({
    desk: { address: 'http://127.0.0.1:4711', credential: 'secret' },
  });
  expect(asked).toMatchObject([{ name: 'service-desk', args: [DESK.path], env: { PORT: '4711' } }]);
});

test('a service that does not become ready is named with what it has to do and its log [up.services]', async () => {
  const { stack } = recordingStack(async () => {
    throw new JobError('stack-failed', 'service-desk ended with 1');
  });
  await expect(startServices(stack, [DESK], {})).rejects.toMatchObject({
    code: 'stack-failed',
    message:
      'services/desk.ts does not become ready: it is told PORT=4711 and has to print {"ready":true} when it listens there; see service-desk.log under .holdfast/logs.',
  });
});

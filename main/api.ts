import { DefaultLogger, Runtime } from '@temporalio/worker';
import { readApiSettings } from '../api/settings.ts';
import { type RunningApi, startApi } from '../api/server.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { reaperOf } from './reaper-of.ts';
import { startStarter } from './starter.ts';

// The process of the HTTP API, which also enters the runs of schedules and sweeps what is stuck: it has the client's login to the
// database. It says when
// it is ready in one line of JSON, ends on SIGTERM, and is told everything by its settings.
try {
  const settings = readApiSettings(process.env);
  Runtime.install({ logger: new DefaultLogger(settings.verbose ? 'INFO' : 'ERROR') });
  const api = await startApi(settings);
  try {
    await serve(api, settings);
  } finally {
    await api.close();
  }
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = error instanceof JobError ? error.traits.exitCode : 1;
}

/** Serves until it is asked to end, or until what enters runs has failed: who keeps the process starts it again. */
async function serve(api: RunningApi, settings: ReturnType<typeof readApiSettings>): Promise<void> {
  const { temporal, taskQueue, callsQueue } = settings;
  const { store, registry } = api;
  const queues = { taskQueue, ...(callsQueue === undefined ? {} : { callsQueue }) };
  const reaper = reaperOf(settings, api);
  const starter = await startStarter({
    temporal,
    store,
    registry,
    ...queues,
    ...(reaper === undefined ? {} : { reaper }),
  });
  // A second signal to end finds it ending.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void starter.close());
  process.stdout.write(`${JSON.stringify({ ready: true, port: api.port })}\n`);
  await starter.ended;
}

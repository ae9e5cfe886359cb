import { writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { API_SETTINGS, type ApiSettingsInput } from '../api/settings.ts';
import { JobError } from '../domain/errors.ts';
import { programFile, type Stack } from '../stack/index.ts';
import { callsQueueOf, jobsEnv, type WorkerPlan } from './worker-specs.ts';

const API_MAIN = programFile('./api', import.meta.url);
const STOP_GRACE_MS = 1_000;

/** What the HTTP API is to be. */
export type ApiOptions = Pick<
  ApiSettingsInput,
  'principals' | 'triggers' | 'requestsPerSecond' | 'maxInputBytes' | 'maxStreams'
> & {
  /** Default: a free port that stays the same. */
  readonly port?: number | undefined;
  /** How what is stuck is looked for; the engine adds the bundle. */
  readonly reaper?: Omit<NonNullable<ApiSettingsInput['reaper']>, 'bundle'>;
};

/** What the process of the API is to be: it also sweeps. */
export interface SweepingApi extends Omit<ApiOptions, 'reaper'> {
  readonly reaper: NonNullable<ApiSettingsInput['reaper']>;
}

/** Starts the HTTP API as a process that the stack keeps, and leaves its address in the home for the CLI to find. */
export async function startApiProcess(
  stack: Pick<Stack, 'addresses' | 'port' | 'start'>,
  plan: WorkerPlan,
  { home, api }: { readonly home: string; readonly api: SweepingApi },
): Promise<string> {
  const port = api.port ?? (await stack.port('api'));
  const { ready } = await stack.start({
    name: 'api',
    stage: 'service',
    args: [API_MAIN],
    env: { ...jobsEnv(plan), [API_SETTINGS]: JSON.stringify(settingsOf(stack, plan, { ...api, port })) },
    ready: { stdoutJson: true },
    restart: true,
    stopGraceMs: STOP_GRACE_MS,
  });
  if (ready['port'] !== port)
    throw new JobError('stack-failed', 'The API did not say that it listens; see api.log under .holdfast/logs.');
  const address = `http://127.0.0.1:${port}`;
  const path = join(home, 'api.json');
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify({ address })}\n`, { mode: 0o600 });
  renameSync(`${path}.${process.pid}`, path);
  return address;
}

function settingsOf(
  stack: Pick<Stack, 'addresses'>,
  plan: WorkerPlan,
  api: SweepingApi & { readonly port: number },
): ApiSettingsInput {
  const { temporal, database } = stack.addresses;
  const { tls, ...connection } = temporal;
  const callsQueue = callsQueueOf(plan);
  return {
    ...api,
    temporal: { ...connection, ...(tls === undefined ? {} : { tls: tls === true ? {} : tls }) },
    databaseUrl: database.clientUrl,
    jobs: [...plan.jobs],
    taskQueue: plan.taskQueue,
    ...(callsQueue === undefined ? {} : { callsQueue }),
    endpoints: plan.endpoints.map(({ id, model }) => ({ id, model, simulated: model.startsWith('SIMULATED') })),
    verbose: plan.verbose,
  };
}

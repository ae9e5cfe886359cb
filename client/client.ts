import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { DEFAULT_TENANT, parseRunId, parseTenant, type Tenant } from '../domain/ids.ts';
import type { RunView } from '../domain/run-view.ts';
import { openClientStore, type ClientStore, type ForkRow } from '../gate/client-store.ts';
import type { InputOf, Job } from '../jobs/job.ts';
import type { Registry } from '../jobs/registry.ts';
import { type AlarmsOptions, seeAlarms, type SeenAlarms } from './see-alarms.ts';
import { answerQuestion, type AnswerOptions } from './answer-question.ts';
import { cancelRun, deliver, pauseRun, resumeRun, type ControlOptions, type SignalOptions } from './control-run.ts';
import { type ForkedRun, type ForkOptions, forkRun } from './fork-run.ts';
import { listRuns, type ListOptions } from './list-runs.ts';
import { openQuestion, type ShownQuestion } from './open-question.ts';
import { type Schedules, schedulesOf } from './schedules/schedules.ts';
import type { ListedRun, SeenRun } from './seen-run.ts';
import { type MessageRun, type MessageStart, startByMessage } from './start-by-message.ts';
import { type Sweeps, sweepsOf, type SweepsOptions } from './sweep/sweeps.ts';
import { startRun, type StartedRun, type StartOptions } from './start-run.ts';
import { seeSystem, type SeenSystem } from './system.ts';
import { type ViewOptions, viewRun } from './view-run.ts';
import { waitForEnd, type WaitOptions } from './wait-for-end.ts';

/** TLS of a Temporal connection; certificates and keys as PEM text. */
export interface TlsOptions {
  readonly serverName?: string;
  readonly serverRootCa?: string;
  readonly clientCertificate?: string;
  readonly clientKey?: string;
}

/** Where a client finds Temporal and the gate's database. */
export interface ClientOptions {
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly apiKey?: string;
    /** `true`: with the system's certificates. */
    readonly tls?: TlsOptions | true;
  };
  /** A login of the role `holdfast_client`. */
  readonly databaseUrl: string;
  readonly registry: Registry;
  /** The Task Queue of the workflow workers. */
  readonly taskQueue: string;
  /** The Task Queue of the call workers when it is another one. */
  readonly callsQueue?: string;
  /** A store that is open already; the client does not close it. */
  readonly store?: ClientStore;
}

/** What the parts of a client share. */
export interface ClientParts extends ClientOptions {
  readonly workflows: Client;
  readonly store: ClientStore;
}

/** Starts, steers and watches runs. Every method names its tenant; a run of another tenant is unknown. */
export interface HoldfastClient {
  /** Starts a run, or finds the one that this identity already has, also after it ended. */
  start<J extends Job>(job: J, input: InputOf<J>, options?: StartOptions): Promise<StartedRun>;
  /** Starts the run of a message of another system, or finds the one that it started before. */
  startByMessage(message: MessageStart): Promise<MessageRun>;
  /** Starts a new run whose steps before one are answered from this run's record, on the code of today. */
  fork(runId: string, options: ForkOptions): Promise<ForkedRun>;
  /** The fork that a run is, if it is one, and those that were made of it. */
  forks(runId: string, options?: { tenant?: Tenant }): Promise<readonly ForkRow[]>;
  /** Delivers an external event to an open run. */
  signal(runId: string, options: SignalOptions): Promise<void>;
  /** Holds a run before its next step. */
  pause(runId: string, options: ControlOptions): Promise<RunView['status']>;
  /** Lets a paused run go on; one that waits for what was down tries again at once. */
  resume(runId: string, options: ControlOptions): Promise<RunView['status']>;
  /** Cancels a run; what is in flight is aborted or settled first. */
  cancel(runId: string, options: ControlOptions): Promise<void>;
  /** The question that a run asks, with the source, the artefact and the findings; `undefined` when it asks none. */
  question(runId: string, options?: { tenant?: Tenant }): Promise<ShownQuestion | undefined>;
  /** Answers the question of a run; a correction is verified before it counts. */
  answer(runId: string, options: AnswerOptions): Promise<RunView['status']>;
  /** What a run is doing, or how it ended. */
  view(runId: string, options?: ViewOptions): Promise<SeenRun>;
  /** Runs by status and job, newest first. */
  list(options?: ListOptions): Promise<readonly ListedRun[]>;
  /** Waits for a run's end. */
  wait(runId: string, options?: WaitOptions): Promise<SeenRun>;
  /** What a run ended with, read from its blob. */
  result(runId: string, options?: { tenant?: Tenant }): Promise<unknown>;
  /** How database, Temporal and workers are. */
  system(): Promise<SeenSystem>;
  /** What is stuck until a person looks: in a tenant, and what concerns all of them. */
  alarms(options?: AlarmsOptions): Promise<SeenAlarms>;
  /** What looks for what is stuck, for the process that has this client. */
  sweeps(options: SweepsOptions): Sweeps;
  /** Starts of runs at their times. */
  readonly schedules: Schedules;
  close(): Promise<void>;
}

/**
 * Connects a client.
 * @throws JobError `stack-failed` when Temporal or the database cannot be reached
 */
export async function createClient(options: ClientOptions): Promise<HoldfastClient> {
  const connection = await connect(options);
  const workflows = new Client({ connection, namespace: options.temporal.namespace });
  const store = options.store ?? (await openClientStore({ databaseUrl: options.databaseUrl }));
  const parts: ClientParts = { ...options, workflows, store };
  return {
    start: async (job, input, start = {}) => startRun(parts, { job, input, ...checked(start) }),
    startByMessage: async (message) => startByMessage(parts, checked(message)),
    fork: async (runId, fork) => forkRun(parts, runId, checked(fork)),
    forks: async (runId, { tenant = DEFAULT_TENANT } = {}) => store.forks.of(parseTenant(tenant), parseRunId(runId)),
    signal: async (runId, signal) => deliver(parts, runId, checked(signal)),
    pause: async (runId, control) => pauseRun(parts, runId, checked(control)),
    resume: async (runId, control) => resumeRun(parts, runId, checked(control)),
    cancel: async (runId, control) => cancelRun(parts, runId, checked(control)),
    question: async (runId, view = {}) => openQuestion(parts, runId, checked(view)),
    answer: async (runId, answer) => answerQuestion(parts, runId, checked(answer)),
    view: async (runId, view = {}) => viewRun(parts, runId, checked(view)),
    list: async (list = {}) => listRuns(parts, checked(list)),
    wait: async (runId, wait = {}) => waitForEnd(parts, runId, checked(wait)),
    result: async (runId, view = {}) => readResult(parts, runId, checked(view)),
    system: async () => seeSystem(parts),
    alarms: async (alarms = {}) => seeAlarms(parts, checked(alarms)),
    sweeps: (sweeps) => sweepsOf(parts, sweeps),
    schedules: schedulesOf(parts),
    close: async () => {
      if (options.store === undefined) await store.close();
      await connection.close();
    },
  };
}

// A tenant's type says that it was checked; callers without types may not have.
function checked<Options extends { readonly tenant?: Tenant }>(options: Options): Options {
  if (options.tenant !== undefined) parseTenant(options.tenant);
  return options;
}

async function connect(options: ClientOptions): Promise<Connection> {
  const { address, apiKey, tls } = options.temporal;
  try {
    return await Connection.connect({
      address,
      connectTimeout: '5s',
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(tls === undefined ? {} : { tls: tls === true ? true : tlsOf(tls) }),
    });
  } catch (cause) {
    throw new JobError('stack-failed', `Temporal does not answer at ${address}: ${sentenceOf(cause)}`, { cause });
  }
}

function tlsOf(tls: TlsOptions): NonNullable<ConnectionOptions['tls']> {
  const { serverName, serverRootCa, clientCertificate, clientKey } = tls;
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(serverRootCa === undefined ? {} : { serverRootCACertificate: Buffer.from(serverRootCa) }),
    ...(clientCertificate === undefined || clientKey === undefined
      ? {}
      : { clientCertPair: { crt: Buffer.from(clientCertificate), key: Buffer.from(clientKey) } }),
  };
}

async function readResult(parts: ClientParts, runId: string, view: { tenant?: Tenant }): Promise<unknown> {
  const seen = await viewRun(parts, runId, view);
  if (seen.result === undefined)
    throw new JobError('invalid-input', `The run ${runId} has no result: it is ${seen.status}.`);
  const { bytes } = await parts.store.blobs.get(seen.tenant, seen.result);
  return JSON.parse(new TextDecoder().decode(bytes));
}

import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { JobError } from '../domain/errors.ts';
import { WORKER_SETTINGS, type WorkerSettingsInput } from '../workers/index.ts';
import { type KillPlace, REHEARSAL_VARIABLE, type RehearsalPlan } from './calls.ts';

const fromSources = import.meta.url.endsWith('.ts');
const WORKER = fileURLToPath(new URL(`./rehearsal-worker${fromSources ? '.ts' : '.js'}`, import.meta.url));
const KEPT_CHARACTERS = 4_000;
// What any program needs to find its way; nothing else of a test's environment is for a job.
const BASICS = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS'];

/** What a worker process of rehearsals is started with. */
export interface WorkerPlan extends RehearsalPlan {
  readonly settings: WorkerSettingsInput;
  /** Where compiled modules are kept, so that the next process starts faster. */
  readonly compileCache: string;
}

/** How a worker process ended. */
export interface WorkerEnd {
  /** Where it killed itself; `undefined` when it ended otherwise. */
  readonly killed: KillPlace | undefined;
  /** What it said last, for people. */
  readonly lastWords: string;
}

/** A worker process that polls. It keeps its parent from ending no more than the parent keeps it alive. */
export interface WorkerProcess {
  readonly ended: Promise<WorkerEnd>;
  /** Drains it, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a worker process, and answers when it polls.
 * @throws JobError `stack-failed` when it ends before, with its last words
 */
export async function startWorkerProcess(plan: WorkerPlan): Promise<WorkerProcess> {
  const child = spawn(process.execPath, nodeArguments(), {
    env: environmentOf(plan),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = linesOf(child);
  const ended = endOf(child).then(() => said.end());
  release(child);
  await Promise.race([said.ready, ended]);
  if (!said.isReady()) {
    const { lastWords } = await ended;
    throw new JobError('stack-failed', `The worker of the rehearsal does not start: ${lastWords}`);
  }
  return {
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function nodeArguments(): readonly string[] {
  return [...(fromSources ? ['--conditions=holdfast-source'] : []), '--disable-warning=ExperimentalWarning', WORKER];
}

function environmentOf({ settings, compileCache, ...plan }: WorkerPlan): Record<string, string> {
  const basics = BASICS.flatMap((name) => {
    const value = process.env[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(basics),
    NODE_COMPILE_CACHE: compileCache,
    HOLDFAST_PARENT_PID: String(process.pid),
    [WORKER_SETTINGS]: JSON.stringify(settings),
    [REHEARSAL_VARIABLE]: JSON.stringify(plan),
  };
}

async function endOf(child: ChildProcess): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('close', () => resolve());
  child.once('error', () => resolve());
  return promise;
}

// A test process ends by itself when its tests have; the child sees that and ends, too.
function release(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr]) if (stream instanceof Socket) stream.unref();
}

interface Said {
  readonly ready: Promise<void>;
  isReady(): boolean;
  end(): WorkerEnd;
}

function linesOf(child: ChildProcess): Said {
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let output = '';
  let complaint = '';
  const isReady = (): boolean => output.includes('"ready":true');
  child.stdout?.on('data', (chunk: Buffer) => {
    output = `${output}${chunk.toString('utf8')}`;
    if (isReady()) resolve();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk.toString('utf8')}`.slice(-KEPT_CHARACTERS);
  });
  child.once('error', (error) => (complaint = error.message));
  return {
    ready,
    isReady,
    end: () => ({ killed: killedIn(output), lastWords: complaint.trim().split('\n').at(-1) ?? '' }),
  };
}

function killedIn(output: string): KillPlace | undefined {
  const line = output.split('\n').find((each) => each.startsWith('{"killed"'));
  return line === undefined ? undefined : (JSON.parse(line) as { killed: KillPlace }).killed;
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers';
import { DATA_CLASSES } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import { EVERY_ENDPOINT } from '../jobs/agent.ts';
import type { Job } from '../jobs/job.ts';
import { loadJobs } from '../jobs/load-jobs.ts';
import { toolsOf } from '../jobs/registry.ts';
import { openHome, openStack, type Stack, type StackAddresses } from '../stack/index.ts';
import { prepareBundle, type WorkerSettingsInput } from '../workers/index.ts';
import type { KillPlace } from './calls.ts';
import { Crew } from './crew.ts';
import { projectHome } from './project-home.ts';
import { type RehearsalServer, startRehearsalServer } from './rehearsal-server.ts';

/**
 * The environment variable that names a stack which runs already, as JSON of its addresses, to be used in the place of the
 * project's own.
 */
export const STACK_VARIABLE = 'HOLDFAST_REHEARSAL_STACK';

/** How long a worker is kept that no rehearsal uses, in milliseconds. */
const IDLE_MS = 30_000;

/** A job in its folder. */
export interface JobFolder {
  readonly job: Job;
  /** Absolute path. */
  readonly folder: string;
}

interface Kept {
  readonly crew: Crew;
  users: number;
  idle?: NodeJS.Timeout;
}

/** What all rehearsals of a process share: the stack, the server of models and receivers, and workers that are kept. */
export class Stage {
  readonly addresses: StackAddresses;
  readonly server: RehearsalServer;
  readonly #home: string;
  readonly #stack: Stack | undefined;
  readonly #kept = new Map<string, Promise<Kept>>();

  private constructor(parts: { addresses: StackAddresses; server: RehearsalServer; home: string; stack?: Stack }) {
    this.addresses = parts.addresses;
    this.server = parts.server;
    this.#home = parts.home;
    this.#stack = parts.stack;
  }

  /**
   * Brings the stack of the project up, or joins it. It ends with the last process that uses it.
   * @throws JobError `setup-failed` or `stack-failed`, in one sentence with the fix
   */
  static async open(): Promise<Stage> {
    const home = projectHome(process.cwd());
    const named = process.env[STACK_VARIABLE];
    if (named !== undefined && named !== '')
      return new Stage({ addresses: addressesIn(named), server: await startRehearsalServer(), home });
    const onProgress = (line: string): void => void process.stderr.write(`holdfast: ${line}\n`);
    const stack = await openStack({ home, env: process.env, onProgress });
    stack.unref();
    return new Stage({ addresses: stack.addresses, server: await startRehearsalServer(), home, stack });
  }

  /** A worker for one rehearsal alone, which may be killed. */
  async ownCrew(target: JobFolder, killAt: readonly KillPlace[]): Promise<Crew> {
    const { addresses, server } = this;
    const home = openHome(this.#home).folder;
    const settings = settingsOf(target, { addresses, server, bundle: await bundleOf(target, home) });
    const crew = new Crew({
      settings,
      callsAddress: server.callsAddress,
      killAt,
      compileCache: join(home, 'compile-cache'),
    });
    await crew.up();
    return crew;
  }

  /** Acts with a worker that is kept for the next rehearsal of the same job. */
  async withCrew<Value>(target: JobFolder, act: (crew: Crew) => Promise<Value>): Promise<Value> {
    const kept = await this.#keep(target);
    clearTimeout(kept.idle);
    kept.users += 1;
    try {
      await kept.crew.up();
      return await act(kept.crew);
    } finally {
      kept.users -= 1;
      if (kept.users === 0 && !kept.crew.lost)
        kept.idle = setTimeout(() => this.#dropIdle(target.folder, kept), IDLE_MS).unref();
    }
  }

  /** Ends the workers and lets go of the stack; as its last user, waits until every process has ended. */
  async close(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((folder) => this.#drop(folder)));
    await this.server.close();
    await this.#stack?.close();
  }

  async #keep(target: JobFolder): Promise<Kept> {
    const { folder } = target;
    const known = this.#kept.get(folder);
    if (known !== undefined) return known;
    const made = this.ownCrew(target, []).then((crew): Kept => {
      crew.onLost(forget);
      return { crew, users: 0 };
    });
    const forget = (): void => {
      if (this.#kept.get(folder) === made) this.#kept.delete(folder);
    };
    this.#kept.set(folder, made);
    made.catch(forget);
    return made;
  }

  #dropIdle(folder: string, { users, crew }: Kept): void {
    // Another rehearsal may just have taken it, or its place.
    if (users === 0 && !crew.lost) void this.#drop(folder);
  }

  async #drop(folder: string): Promise<void> {
    const keeping = this.#kept.get(folder);
    // At once: whoever comes now gets a new one.
    this.#kept.delete(folder);
    const kept = await keeping?.catch(() => undefined);
    clearTimeout(kept?.idle);
    await kept?.crew.stop();
  }
}

function addressesIn(text: string): StackAddresses {
  try {
    // Whoever sets it has it from a stack.
    return JSON.parse(text) as StackAddresses;
  } catch (cause) {
    throw new JobError('invalid-config', `${STACK_VARIABLE} is no JSON; unset it to use the stack of the project.`, {
      cause,
    });
  }
}

async function bundleOf({ job, folder }: JobFolder, home: string): Promise<string> {
  const loaded = await loadJobs([folder], '/');
  const [found] = loaded;
  if (found !== undefined && found.job.name !== job.name)
    throw new JobError(
      'invalid-input',
      `The folder ${folder} holds the job "${found.job.name}", not "${job.name}"; give the folder of the job that is rehearsed.`,
    );
  return prepareBundle(loaded, home);
}

function settingsOf(
  { job, folder }: JobFolder,
  { addresses, server, bundle }: { addresses: StackAddresses; server: RehearsalServer; bundle: string },
): WorkerSettingsInput {
  const taskQueue = `rehearse-${randomBytes(6).toString('hex')}`;
  const { address, namespace, apiKey, tls } = addresses.temporal;
  const systems = toolsOf(job).flatMap(({ system }) => (system === undefined ? [] : [system]));
  const named = Object.values(job.agents).flatMap(({ endpoints }) => endpoints);
  const endpoints = new Set(named.filter((name) => name !== EVERY_ENDPOINT));
  return {
    role: 'together',
    name: 'w1',
    taskQueue,
    address,
    namespace,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls === undefined ? {} : { tls: tls === true ? {} : tls }),
    bundle,
    jobs: [folder],
    databaseUrl: addresses.database.gateUrl,
    systems: Object.fromEntries(systems.map((system) => [system, { address: server.systemAddress(system) }])),
    endpoints: [...(endpoints.size === 0 ? ['scripted'] : endpoints)].map((id) => ({
      id,
      // Its own for each worker: a failure that is scripted for one must not cool the others' endpoint down.
      address: `${server.modelAddress}/${taskQueue}`,
      model: 'SCRIPTED',
      cleared: [...DATA_CLASSES],
    })),
  };
}

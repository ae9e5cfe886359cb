import { JobError } from '../domain/errors.ts';
import { lock } from '../scripts/lock.js';
import { join } from 'node:path';
import type { StackAddresses } from './addresses.ts';
import { basicEnvironment, nodeArguments } from './child-environment.ts';
import type { Home } from './home.ts';
import { choosePorts, rememberedPorts } from './ports.ts';
import { provideDatabase } from './postgres/databases.ts';
import type { ProcessSpec, StartedProcess } from './process-spec.ts';
import { secretOf } from './secrets.ts';
import type { KeptSpec } from './supervisor/kept-spec.ts';
import type { SupervisorLink } from './supervisor/supervisor-link.ts';

const PROCESS_NAME = /^[a-z][a-z0-9-]{0,62}$/;
const LONGEST_GRACE_MS = { worker: 8_000, service: 1_000 };

/** A stack that is up, held by this process. */
export interface Stack {
  /** Whether it ran already. */
  readonly joined: boolean;
  /** Of the supervisor that keeps it now; another one takes over when it dies. */
  readonly supervisorPid: number;
  readonly addresses: StackAddresses;
  /**
   * Starts a process and answers when it is ready. Asked again for the same specification it answers with what runs;
   * with another one under the same name it replaces it.
   * @throws {JobError} `stack-failed` when it ends before it is ready, or is not ready within 60 s
   */
  start(spec: ProcessSpec): Promise<StartedProcess>;
  /** Stops a process; one that does not run is stopped already. */
  stop(name: string): Promise<void>;
  /** Everything that is kept, the database (`postgres`) and the server (`temporal-server`) included. */
  processes(): Promise<readonly StartedProcess[]>;
  /**
   * Makes sure that a database with a login of its own exists, and answers its URL. On the embedded PostgreSQL where
   * that runs, else on the user's.
   * @throws {JobError} `invalid-input` for a name that is not plain
   */
  createDatabase(request: { readonly name: string; readonly login: string }): Promise<string>;
  /** A port of 127.0.0.1 for a service that others find by its address: the same one at every start while it is free. */
  port(name: string): Promise<number>;
  /** A random secret of this stack, made when it is first asked for and kept in a file that only its owner reads. */
  secret(name: string): Promise<string>;
  /** Lets this process end while it holds the stack; when it does, the stack is let go. Meanwhile it stays held. */
  unref(): void;
  /** Lets go. Without other holders everything is stopped, and this waits until nothing is left. */
  close(): Promise<void>;
}

/** {@link Stack} over a link to the supervisor. */
export class HeldStack implements Stack {
  readonly joined: boolean;
  readonly addresses: StackAddresses;
  readonly #home: Home;
  readonly #link: SupervisorLink;
  readonly #adminUrl: string;

  constructor(options: {
    home: Home;
    link: SupervisorLink;
    joined: boolean;
    addresses: StackAddresses;
    adminUrl: string;
  }) {
    this.joined = options.joined;
    this.addresses = options.addresses;
    this.#home = options.home;
    this.#link = options.link;
    this.#adminUrl = options.adminUrl;
  }

  get supervisorPid(): number {
    return this.#link.supervisor.pid;
  }

  async start(spec: ProcessSpec): Promise<StartedProcess> {
    return this.#link.start(keptSpec(this.#home, spec));
  }

  async stop(name: string): Promise<void> {
    await this.#link.stop(name);
  }

  async processes(): Promise<readonly StartedProcess[]> {
    return this.#link.processes();
  }

  async createDatabase({ name, login }: { readonly name: string; readonly login: string }): Promise<string> {
    const release = await lock(join(this.#home.locks, 'bring-up'));
    try {
      return await provideDatabase(this.#adminUrl, {
        name,
        login,
        password: secretOf(this.#home, `database-${login}`),
      });
    } finally {
      release();
    }
  }

  async port(name: string): Promise<number> {
    const release = await lock(join(this.#home.locks, 'bring-up'));
    try {
      const running = (await this.#link.processes()).some((kept) => kept.name === name && kept.status === 'running');
      const remembered = running ? rememberedPorts(this.#home, [name]) : undefined;
      return (remembered ?? (await choosePorts(this.#home, [name])))[name] ?? 0;
    } finally {
      release();
    }
  }

  async secret(name: string): Promise<string> {
    const release = await lock(join(this.#home.locks, 'bring-up'));
    try {
      return secretOf(this.#home, name);
    } finally {
      release();
    }
  }

  unref(): void {
    this.#link.unref();
  }

  async close(): Promise<void> {
    await this.#link.leave();
  }
}

function keptSpec(home: Home, spec: ProcessSpec): KeptSpec {
  if (!PROCESS_NAME.test(spec.name))
    throw new JobError(
      'invalid-input',
      `"${spec.name}" is no name for a process; use lower-case letters, digits and hyphens, a letter first`,
    );
  return {
    name: spec.name,
    stage: spec.stage,
    command: process.execPath,
    args: [...nodeArguments(), ...spec.args],
    env: basicEnvironment(home, spec.env),
    cwd: process.cwd(),
    readyBy: spec.ready === undefined ? 'start' : 'json',
    restart: spec.restart,
    stop: [{ signal: 'SIGTERM', graceMs: Math.min(spec.stopGraceMs, LONGEST_GRACE_MS[spec.stage]) }],
  };
}

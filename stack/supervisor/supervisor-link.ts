import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { Home } from '../home.ts';
import type { StartedProcess } from '../process-spec.ts';
import { connectSupervisor, type Connection } from './connect.ts';
import type { KeptSpec } from './kept-spec.ts';
import {
  onMessage,
  sendMessage,
  type AnswerMessage,
  type Greeting,
  type RequestMessage,
  type Requests,
} from './protocol.ts';
import { endsWithin } from './stop-process.ts';

const STOP_TIMEOUT_MS = 20_000;

interface Pending {
  readonly message: RequestMessage;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: JobError) => void;
}

/**
 * A parent's hold on the stack. While it is open the stack lives; when the supervisor dies, the link starts another one,
 * which adopts what runs, and asks again what was not answered: every request may be repeated.
 */
export class SupervisorLink {
  readonly #home: Home;
  readonly #tell: (line: string) => void;
  readonly #pending = new Map<number, Pending>();
  /** What this parent wants running, to be asked for again should the next supervisor not know it. */
  readonly #wanted = new Map<string, KeptSpec>();
  #socket: Socket | undefined;
  #greeting: Greeting;
  #lastId = 0;
  #left = false;
  #unreferenced = false;
  #takeover: Promise<void> = Promise.resolve();

  private constructor(home: Home, connection: Connection, tell: (line: string) => void) {
    this.#home = home;
    this.#tell = tell;
    this.#greeting = connection.greeting;
    this.#attach(connection);
  }

  /** Connects to the supervisor of a home, starting one when none runs. */
  static async open(home: Home, tell: (line: string) => void): Promise<{ link: SupervisorLink; started: boolean }> {
    const connection = await connectSupervisor(home, 'fresh');
    return { link: new SupervisorLink(home, connection, tell), started: connection.started };
  }

  /** Who keeps the stack now. */
  get supervisor(): Greeting {
    return this.#greeting;
  }

  /** Starts a process, or answers with what runs under the same specification. */
  async start(spec: KeptSpec): Promise<StartedProcess> {
    this.#wanted.set(spec.name, spec);
    return this.#request('start', { spec });
  }

  /** Says that a process that is ready by confirmation works; from now on it is started again when it dies. */
  async confirm(name: string): Promise<void> {
    await this.#request('confirm', { name });
  }

  /** Stops a process. */
  async stop(name: string): Promise<void> {
    this.#wanted.delete(name);
    await this.#request('stop', { name });
  }

  /** Everything the supervisor keeps. */
  async processes(): Promise<readonly StartedProcess[]> {
    return (await this.#request('processes', {})).processes;
  }

  /** From now on the link alone keeps this process from ending no more. */
  unref(): void {
    this.#unreferenced = true;
    this.#socket?.unref();
  }

  /**
   * Lets go. As the last holder it waits until everything has stopped, the supervisor included.
   * @throws {JobError} `stack-failed` when that takes longer than 20 s
   */
  async leave(): Promise<void> {
    // Left in the middle of a takeover, what runs would have nobody to stop it.
    await this.#takeover;
    this.#left = true;
    const { others } = await this.#request('leave', {}).catch(() => ({ others: 0 }));
    if (others > 0) this.#socket?.destroy();
    else if (!(await endsWithin(this.#greeting, STOP_TIMEOUT_MS)))
      throw new JobError(
        'stack-failed',
        `the supervisor (process ${this.#greeting.pid}) does not end; its log is in ${this.#home.logs}`,
      );
  }

  async #request<Method extends keyof Requests>(
    method: Method,
    input: Requests[Method]['input'],
  ): Promise<Requests[Method]['output']> {
    this.#lastId += 1;
    const id = this.#lastId;
    // The union cannot be built from a generic method, though each of its members can.
    const message = { id, method, input } as RequestMessage;
    const output = await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { message, resolve, reject });
      if (this.#socket !== undefined) sendMessage(this.#socket, message);
      else if (this.#left) reject(new JobError('stack-failed', 'the stack has been left'));
    });
    return output as Requests[Method]['output'];
  }

  #attach({ socket, greeting }: Connection): void {
    this.#socket = socket;
    this.#greeting = greeting;
    if (this.#unreferenced) socket.unref();
    onMessage<AnswerMessage>(socket, (message) => this.#settle(message));
    socket.once('close', () => {
      this.#socket = undefined;
      this.#takeover = this.#afterLoss();
    });
    for (const { message } of this.#pending.values()) sendMessage(socket, message);
  }

  #settle(message: AnswerMessage): void {
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if ('error' in message) pending?.reject(new JobError(message.error.code, message.error.message));
    else pending?.resolve(message.output);
  }

  async #afterLoss(): Promise<void> {
    if (this.#left) return this.#failPending(new JobError('stack-failed', 'the stack has been left'));
    const before = this.#greeting.pid;
    try {
      if (!existsSync(this.#home.folder))
        throw new JobError('stack-failed', `${this.#home.folder} was deleted, and the stack has ended with it`);
      const connection = await connectSupervisor(this.#home, 'replace');
      this.#tell(`the supervisor (process ${before}) is gone; process ${connection.greeting.pid} has taken over`);
      this.#attach(connection);
      for (const spec of this.#wanted.values())
        void this.#request('start', { spec }).catch((error) => this.#tell(sentenceOf(error)));
    } catch (error) {
      const failure =
        error instanceof JobError
          ? error
          : new JobError('stack-failed', `the supervisor (process ${before}) is gone`, { cause: error });
      this.#tell(failure.message);
      this.#failPending(failure);
    }
  }

  #failPending(error: JobError): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

import type { Socket } from 'node:net';
import type { ProcessIdentity } from '../../scripts/process-identity.js';
import { assertNever } from '../../domain/assert-never.ts';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import type { Keeper } from './keeper.ts';
import { onMessage, sendMessage, type RequestMessage, type Requests } from './protocol.ts';

/** The parents of a stack: one connection each, which is open as long as the parent lives. */
export class ParentConnections {
  readonly #keeper: Keeper;
  readonly #identity: ProcessIdentity;
  readonly #onLastGone: () => void;
  readonly #sockets = new Set<Socket>();
  /** Those that said they leave no longer count, though their connection is open until all has stopped. */
  readonly #leaving = new Set<Socket>();

  constructor(keeper: Keeper, identity: ProcessIdentity, onLastGone: () => void) {
    this.#keeper = keeper;
    this.#identity = identity;
    this.#onLastGone = onLastGone;
  }

  /** How many parents hold the stack. */
  get count(): number {
    return this.#sockets.size - this.#leaving.size;
  }

  /** Serves a new parent until its connection closes. */
  accept(socket: Socket): void {
    this.#sockets.add(socket);
    onMessage<RequestMessage>(socket, (message) => void this.#answer(socket, message));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#leaving.delete(socket);
      if (this.count === 0) this.#onLastGone();
    });
  }

  /** Closes what is still open. */
  closeAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #answer(socket: Socket, message: RequestMessage): Promise<void> {
    try {
      sendMessage(socket, { id: message.id, output: await this.#perform(socket, message) });
    } catch (error) {
      const code = error instanceof JobError ? error.code : 'stack-failed';
      sendMessage(socket, { id: message.id, error: { code, message: sentenceOf(error) } });
    }
  }

  async #perform(socket: Socket, message: RequestMessage): Promise<Requests[keyof Requests]['output']> {
    switch (message.method) {
      case 'hello':
        this.#keeper.refuseWhenStopping();
        return { ...this.#identity, others: this.count - 1 };
      case 'start':
        return this.#keeper.start(message.input.spec);
      case 'confirm':
        this.#keeper.confirm(message.input.name);
        return {};
      case 'stop':
        await this.#keeper.stop(message.input.name);
        return {};
      case 'processes':
        return { processes: this.#keeper.views() };
      case 'leave':
        return this.#leave(socket);
      default:
        return assertNever(message);
    }
  }

  #leave(socket: Socket): { others: number } {
    this.#leaving.add(socket);
    if (this.count === 0) this.#onLastGone();
    return { others: this.count };
  }
}

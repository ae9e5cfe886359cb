import type { Socket } from 'node:net';
import type { JobErrorCode } from '../../domain/errors.ts';
import type { StartedProcess } from '../process-spec.ts';
import type { KeptSpec } from './kept-spec.ts';

/** What a parent can ask of the supervisor, and what it answers. */
export interface Requests {
  /** The first request of every parent. */
  hello: { input: Record<never, never>; output: Greeting };
  /**
   * Answers when the process is ready, or as soon as it runs when it is ready by confirmation. The same specification
   * again is answered by what runs.
   */
  start: { input: { spec: KeptSpec }; output: StartedProcess };
  confirm: { input: { name: string }; output: Record<never, never> };
  stop: { input: { name: string }; output: Record<never, never> };
  processes: { input: Record<never, never>; output: { processes: readonly StartedProcess[] } };
  /** The parent is about to close its connection: how many others remain. */
  leave: { input: Record<never, never>; output: { others: number } };
}

/** What the supervisor says of itself. */
export interface Greeting {
  readonly pid: number;
  readonly startTime: string;
  /** Parents that were there before this one. */
  readonly others: number;
}

/** One request as it goes over the connection, a line of JSON. */
export type RequestMessage = {
  [Method in keyof Requests]: { id: number; method: Method; input: Requests[Method]['input'] };
}[keyof Requests];

/** One answer as it goes over the connection, a line of JSON. */
export type AnswerMessage =
  | { id: number; output: unknown }
  | { id: number; error: { code: JobErrorCode; message: string } };

/** Sends one message; a connection that is gone swallows it. */
export function sendMessage(socket: Socket, message: RequestMessage | AnswerMessage): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** Calls back with each message that arrives. Both ends are ours, so what arrives has the shape asked for. */
export function onMessage<Message>(socket: Socket, receive: (message: Message) => void): void {
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) receive(JSON.parse(line) as Message);
  });
}

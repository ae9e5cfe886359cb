import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { lockHolder } from '../../scripts/lock.js';
import { JobError } from '../../domain/errors.ts';
import { basicEnvironment, nodeArguments } from '../child-environment.ts';
import type { Home } from '../home.ts';
import { programFile } from '../program-file.ts';
import type { Beginning } from './keeper.ts';
import { openLog } from './log-file.ts';
import { onMessage, sendMessage, type AnswerMessage, type Greeting } from './protocol.ts';

/** A stack that is being stopped takes up to 15 s before another can start. */
const CONNECT_TIMEOUT_MS = 40_000;
const RETRY_MS = 25;

const supervisorFile = programFile('../supervisor', import.meta.url);

/** An open connection to the supervisor of a home. */
export interface Connection {
  readonly socket: Socket;
  readonly greeting: Greeting;
  /** Whether this process had to start the supervisor. */
  readonly started: boolean;
}

/**
 * Connects to the supervisor of a home, and starts one when none runs.
 * @throws {JobError} `stack-failed` when none can be reached within 40 s
 */
export async function connectSupervisor(home: Home, beginning: Beginning): Promise<Connection> {
  const deadline = performance.now() + CONNECT_TIMEOUT_MS;
  let child: ChildProcess | undefined;
  while (performance.now() < deadline) {
    const connection = await tryConnect(join(home.sockets, 'supervisor.sock'));
    if (connection !== undefined) return { ...connection, started: connection.greeting.pid === child?.pid };
    const starting = child !== undefined && child.exitCode === null && child.signalCode === null;
    // Somebody who holds the lock is starting or stopping: both pass.
    if (!starting && lockHolder(join(home.locks, 'supervisor')) === undefined) child = startSupervisor(home, beginning);
    await delay(RETRY_MS);
  }
  throw new JobError(
    'stack-failed',
    `no supervisor answers for ${home.folder}; its log is ${join(home.logs, 'supervisor.log')}`,
  );
}

function startSupervisor(home: Home, beginning: Beginning): ChildProcess {
  const { descriptor } = openLog(join(home.logs, 'supervisor.log'));
  const child = spawn(process.execPath, [...nodeArguments(), supervisorFile, home.folder, beginning], {
    env: basicEnvironment(home),
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  child.unref();
  return child;
}

/** `undefined` when nobody listens, or whoever does is about to end. */
function tryConnect(path: string): Promise<{ socket: Socket; greeting: Greeting } | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const giveUp = () => {
      socket.destroy();
      resolve(undefined);
    };
    // Stays for good: an error without a listener would end the process.
    socket.on('error', giveUp);
    socket.once('close', giveUp);
    socket.once('connect', () => sendMessage(socket, { id: 0, method: 'hello', input: {} }));
    onMessage<AnswerMessage>(socket, (message) => {
      if (message.id !== 0) return;
      if ('error' in message) giveUp();
      else resolve({ socket, greeting: message.output as Greeting });
    });
  });
}

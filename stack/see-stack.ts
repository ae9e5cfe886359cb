import { connect } from 'node:net';
import { join } from 'node:path';
import { isRunning, type ProcessIdentity } from '../scripts/process-identity.js';
import { isRecord, readPrivateJson } from './private-file.ts';
import type { Stage } from './process-spec.ts';

const CONNECT_TIMEOUT_MS = 500;

/** A process of a stack, as it was last noted. */
export interface SeenProcess {
  readonly name: string;
  readonly stage: Stage;
  readonly running: boolean;
}

/** A port of 127.0.0.1 that a stack remembers. */
export interface SeenPort {
  readonly name: string;
  readonly port: number;
  /** Whether somebody listens on it. */
  readonly taken: boolean;
}

/** What is there of a stack. */
export interface SeenStack {
  readonly processes: readonly SeenProcess[];
  readonly ports: readonly SeenPort[];
}

/** Looks at the stack of a home from outside: starts, joins and makes nothing. Empty where there has been none. */
export async function seeStack(folder: string): Promise<SeenStack> {
  const stored = readPrivateJson(join(folder, 'processes.json'));
  const records = isRecord(stored) && Array.isArray(stored['records']) ? (stored['records'] as Kept[]) : [];
  const ports = readPrivateJson(join(folder, 'ports.json'));
  const known = Object.entries(isRecord(ports) ? ports : {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return {
    processes: records.map(({ spec: { name, stage }, identity }) => ({ name, stage, running: isRunning(identity) })),
    ports: await Promise.all(known.map(async ([name, port]) => ({ name, port, taken: await isTaken(port) }))),
  };
}

/** The part of a supervisor's record that is looked at. */
interface Kept {
  readonly spec: { readonly name: string; readonly stage: Stage };
  readonly identity: ProcessIdentity;
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: CONNECT_TIMEOUT_MS });
    const end = (taken: boolean) => () => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', end(true));
    socket.once('error', end(false));
    // Somebody holds it and does not answer.
    socket.once('timeout', end(true));
  });
}

import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { Client as Database } from 'pg';
import type { Engine } from '../../main/engine.ts';
import type { Restart, RestartKind } from './progress.ts';

const LOOK_MS = 25;
const PROCESS_OF = { server: 'temporal-server', database: 'postgres' } as const;

/** What is killed, and how a deploy is made. */
export interface Restarted {
  readonly engine: Pick<Engine, 'stack'>;
  /** What the names of all worker processes begin with, those of older builds included. */
  readonly workers: string;
  readonly deploy: () => Promise<void>;
}

/**
 * Kills a process of an engine's stack with kill -9, waits until what the supervisor starts in its place can work, and tells
 * when both were; a deploy is asked for and awaited. Workers are killed in turn.
 * @returns `undefined` when nothing takes the place: the last run of a worker's build has just ended
 */
export async function restart(restarted: Restarted, kind: RestartKind, number: number): Promise<Restart | undefined> {
  const { engine, workers, deploy } = restarted;
  if (kind === 'deploy') {
    const killedAt = Date.now();
    await deploy();
    return { kind, killedAt, readyAt: Date.now() };
  }
  const name = kind === 'worker' ? await workerInTurn(engine, workers, number) : PROCESS_OF[kind];
  const killed = await until(() => runningPid(engine, name));
  if (killed === 'gone') return undefined;
  const killedAt = Date.now();
  process.kill(killed, 'SIGKILL');
  const back = await until(async () => {
    const pid = await runningPid(engine, name);
    return pid === 'gone' || (pid !== killed && pid !== undefined && (await works(engine, kind))) ? pid : undefined;
  });
  return back === 'gone' ? undefined : { kind, killedAt, readyAt: Date.now() };
}

async function workerInTurn({ stack }: Restarted['engine'], workers: string, number: number): Promise<string> {
  const names = (await stack.processes()).map(({ name }) => name).filter((name) => name.startsWith(workers));
  return names.toSorted()[number % names.length] ?? '';
}

// Nobody keeps the process of an older build once its last run has ended: it is `gone`, and will not come.
async function runningPid({ stack }: Restarted['engine'], name: string): Promise<number | 'gone' | undefined> {
  const kept = (await stack.processes()).find((one) => one.name === name);
  if (kept === undefined) return 'gone';
  return kept.status === 'running' ? kept.pid : undefined;
}

// A worker has said that it polls; the others are asked something.
async function works({ stack }: Restarted['engine'], kind: RestartKind): Promise<boolean> {
  const { temporal, database } = stack.addresses;
  if (kind === 'server') return answers(async () => (await Connection.connect({ address: temporal.address })).close());
  if (kind !== 'database') return true;
  return answers(async () => {
    const client = new Database({ connectionString: database.clientUrl });
    client.on('error', () => undefined);
    await client.connect();
    await client.end();
  });
}

async function answers(ask: () => Promise<void>): Promise<boolean> {
  return ask().then(
    () => true,
    () => false,
  );
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await delay(LOOK_MS);
  }
}

import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { parseTenant, type Tenant } from '../../client/index.ts';
import { JobError } from '../../domain/errors.ts';
import type { RunId } from '../../domain/ids.ts';
import { type Engine, openEngine } from '../../main/engine.ts';
import { homeOf, ROOT } from '../measuring/bench-place.ts';
import { bareBytesPerStep } from './bare-bytes.ts';
import { benchLongRun } from './job.ts';
import type { LongRunOptions } from './options.ts';
import { type LongRunReport, reportOf, type SeenRun } from './report.ts';
import type { Turns } from './service.ts';

interface Parts {
  readonly engine: Engine;
  readonly temporal: Client;
  readonly tenant: Tenant;
  readonly service: string;
}

const SERVICE = fileURLToPath(new URL('service.ts', import.meta.url));
const WARM_UP_TURNS = 20;

/** Runs the agent some times, one after the other, on a stack of the benchmarks' own. [long-run.flat] */
export async function measureLongRun(
  options: LongRunOptions,
  tell: (line: string) => void,
): Promise<{ readonly report: LongRunReport; readonly seen: readonly SeenRun[] }> {
  const id = randomBytes(4).toString('hex');
  const engine = await openEngine({
    home: homeOf('long-run'),
    env: {},
    root: ROOT,
    jobs: ['bench/long-run'],
    layout: 'together',
    taskQueue: `bench-${id}`,
    systems: startService,
    endpoints: async (stack) => [await endpointOf(stack)],
    onProgress: tell,
  });
  const { address, namespace } = engine.stack.addresses.temporal;
  const connection = await Connection.connect({ address });
  const temporal = new Client({ connection, namespace });
  try {
    const parts = {
      engine,
      temporal,
      tenant: parseTenant(`bench-${id}`),
      service: engine.systems['service']?.address ?? '',
    };
    await runOnce(parts, 'warm-up', WARM_UP_TURNS);
    const seen: SeenRun[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      tell(`run ${run} of ${options.runs}, ${options.turns} turns`);
      seen.push(await runOnce(parts, `run-${run}`, options.turns));
    }
    const bare = await bareBytesPerStep(temporal, { address, taskQueue: `plain-${id}`, turns: options.turns });
    return { report: reportOf(seen, { turns: options.turns, bareBytesPerStep: bare }), seen };
  } finally {
    tell('ending the stack');
    await connection.close();
    await engine.close();
  }
}

async function runOnce(parts: Parts, name: string, turns: number): Promise<SeenRun> {
  const { engine, temporal, tenant, service } = parts;
  const run = `${tenant}/${name}`;
  const { runId } = await engine.client.start(benchLongRun, { run, pages: turns - 1 }, { tenant });
  await temporal.workflow.getHandle(runId).result();
  const answer = await fetch(new URL(`/turns?run=${encodeURIComponent(run)}`, service));
  return { turns: (await answer.json()) as Turns, bytes: await bytesOf(temporal, runId) };
}

// The run's own history, and those of its parts, which carry its id before a "~".
async function bytesOf(temporal: Client, runId: RunId): Promise<number> {
  const { historySize: own = 0 } = await temporal.workflow.getHandle(runId).describe();
  let bytes = own;
  for await (const part of temporal.workflow.list({ query: `WorkflowId STARTS_WITH "${runId}~"` })) {
    bytes += part.historySize ?? 0;
  }
  return bytes;
}

const started = new WeakMap<Engine['stack'], Promise<number>>();

// Model and pages are one process, whichever is asked for first.
function portOf(stack: Engine['stack']): Promise<number> {
  const known = started.get(stack) ?? start(stack);
  started.set(stack, known);
  return known;
}

async function start(stack: Engine['stack']): Promise<number> {
  const { ready } = await stack.start({
    name: 'service',
    stage: 'service',
    args: [SERVICE],
    env: {},
    ready: { stdoutJson: true },
    restart: false,
    stopGraceMs: 1_000,
  });
  const { port } = ready;
  if (typeof port === 'number') return port;
  throw new JobError('stack-failed', "The benchmark's service did not say where it listens.");
}

async function startService(stack: Engine['stack']): Promise<Engine['systems']> {
  return { service: { address: `http://127.0.0.1:${await portOf(stack)}` } };
}

async function endpointOf(stack: Engine['stack']): Promise<Engine['endpoints'][number]> {
  return {
    id: 'bench',
    address: `http://127.0.0.1:${await portOf(stack)}/v1`,
    model: 'BENCH',
    cleared: ['public', 'internal'],
  };
}

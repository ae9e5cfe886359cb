import { beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { LEASE_MS } from '../../gate/lease.ts';
import type { ProcessSpec } from '../../stack/index.ts';
import { WORKER_SETTINGS } from '../../workers/index.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { type Relay, startRelay } from '../fixtures/relay.ts';
import { startWorkerProcess, STOPPING, type WorkerProcess } from '../fixtures/worker-process.ts';
import { sharedStack } from '../stack-addresses.ts';
import { inParallel } from './in-parallel.ts';
import { CALLS, endInWords, type KilledClass, ledgersOf, sendsOf } from './observing.ts';

interface Row {
  readonly class: KilledClass;
  /** Where the worker stands still by SIGSTOP: its request not yet sent, or answered and not yet settled. */
  readonly stopped: 'after-claim' | 'answered';
  readonly takenOver: boolean;
  /** Requests at the receiver while the worker stands still, and at the end. */
  readonly sends: { readonly whileStopped: number; readonly atLast: number };
  readonly effects: number;
  readonly ledger: string;
  readonly takeovers: number;
  readonly end: string;
}

const TABLE: readonly Row[] = [
  { class: 'A', stopped: 'after-claim', takenOver: true, sends: { whileStopped: 1, atLast: 1 }, effects: 1, ledger: 'committed', takeovers: 1, end: 'completed' },
  { class: 'D', stopped: 'after-claim', takenOver: true, sends: { whileStopped: 1, atLast: 1 }, effects: 1, ledger: 'committed', takeovers: 1, end: 'completed' },
  { class: 'A', stopped: 'answered', takenOver: true, sends: { whileStopped: 2, atLast: 2 }, effects: 1, ledger: 'committed', takeovers: 1, end: 'completed' },
  { class: 'D', stopped: 'answered', takenOver: true, sends: { whileStopped: 1, atLast: 1 }, effects: 1, ledger: 'unknown', takeovers: 1, end: 'failed unknown' },
  { class: 'A', stopped: 'after-claim', takenOver: false, sends: { whileStopped: 0, atLast: 1 }, effects: 1, ledger: 'committed', takeovers: 0, end: 'completed' },
  { class: 'D', stopped: 'after-claim', takenOver: false, sends: { whileStopped: 0, atLast: 1 }, effects: 1, ledger: 'committed', takeovers: 0, end: 'completed' },
];

type Seen = Omit<Row, 'class' | 'stopped' | 'takenOver'> & { readonly after: string };

const AT_ONCE = 3;
const LIMIT_MS = 40_000;
const seen = new Map<Row, Seen>();

beforeAll(async () => {
  const all = await inParallel(TABLE, AT_ONCE, observe);
  TABLE.forEach((row, index) => seen.set(row, all[index] as Seen));
}, 120_000);

async function observe(row: Row): Promise<Seen> {
  const receiver = await startReceiver();
  const temporal = await startRelay(sharedStack().temporal.address);
  const engine = await startProbe({ processes: 0, systems: { receiver: { address: receiver.address } } });
  try {
    const spec = speakingThrough(engine.specs[0], temporal);
    const zombie = await startWorkerProcess(spec, { stopAt: `${row.stopped} ${CALLS[row.class].step}` });
    engine.workers.push(zombie);
    const parts = { engine, receiver, temporal, zombie };
    return await (row.takenOver ? takenOver(row, parts) : standing(row, parts));
  } finally {
    await engine.close();
    await temporal.close();
    await receiver.close();
  }
}

interface Parts {
  readonly engine: ProbeEngine;
  readonly receiver: Receiver;
  /** Between the zombie and the Temporal server. */
  readonly temporal: Relay;
  readonly zombie: WorkerProcess;
}

// The worker's process that stands still, reached from the server through a relay of its own.
function speakingThrough(spec: ProcessSpec | undefined, relay: Relay): ProcessSpec {
  if (spec === undefined) throw new Error('The engine has no worker.');
  const settings = { ...(JSON.parse(spec.env[WORKER_SETTINGS] ?? '') as object), address: relay.host };
  return { ...spec, env: { ...spec.env, [WORKER_SETTINGS]: JSON.stringify(settings) } };
}

// Another worker ends the run while the first stands still and its connection is broken, as the server would notice in the
// end: until then it gives tasks to the polls that stand still too. Then the first goes on, alone, and is given another run
// to carry out: when that has ended, whatever it still had to do for the first run is done.
async function takenOver(row: Row, parts: Parts): Promise<Seen> {
  const { engine, receiver, temporal, zombie } = parts;
  const runId = await start(row, engine, 'first');
  await zombie.said(STOPPING);
  temporal.cut();
  const taker = await engine.startWorker(0);
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: LIMIT_MS });
  const whileStopped = sendsOf(receiver, 'first').length;
  await taker.stop();
  temporal.mend();
  zombie.resume();
  const after = await engine.client.wait(await start(row, engine, 'second'), { tenant: engine.tenant, timeoutMs: LIMIT_MS });
  return { ...(await count(row, parts, { runId, whileStopped })), end: endInWords(ended), after: endInWords(after) };
}

// Nobody else is there: the worker itself takes the call up again, under a lease of its own that is new.
async function standing(row: Row, parts: Parts): Promise<Seen> {
  const { engine, receiver, zombie } = parts;
  const runId = await start(row, engine, 'first');
  await zombie.said(STOPPING);
  await delay(LEASE_MS * 1.5);
  const whileStopped = sendsOf(receiver, 'first').length;
  zombie.resume();
  const ended = await engine.client.wait(runId, { tenant: engine.tenant, timeoutMs: LIMIT_MS });
  const end = endInWords(ended);
  return { ...(await count(row, parts, { runId, whileStopped })), end, after: end };
}

async function start(row: Row, { client, tenant }: ProbeEngine, run: string): Promise<Awaited<ReturnType<typeof client.start>>['runId']> {
  return (await client.start(probe, { run, scenario: CALLS[row.class].scenario }, { tenant })).runId;
}

async function count(
  row: Row,
  { engine, receiver }: Parts,
  first: { runId: Awaited<ReturnType<typeof start>>; whileStopped: number },
): Promise<Omit<Seen, 'end' | 'after'>> {
  const sent = sendsOf(receiver, 'first');
  const [ledger = []] = await ledgersOf(engine, [first.runId]);
  const call = ledger.find(({ stepPath }) => stepPath === CALLS[row.class].step);
  return {
    sends: { whileStopped: first.whileStopped, atLast: sent.length },
    effects: row.class === 'A' ? new Set(sent.map(({ key }) => key)).size : sent.length,
    ledger: call?.state ?? 'none',
    takeovers: call?.takeovers ?? 0,
  };
}

describe('a worker that stands still by SIGSTOP for longer than its lease', () => {
  test.each(TABLE.filter(({ takenOver }) => takenOver))(
    'sends and settles nothing more when it goes on after it was taken over: class $class, stopped $stopped, ledger $ledger, run $end [gate.lease-lost] [gate.takeover]',
    (row) => {
      const { class: _class, stopped: _stopped, takenOver: _takenOver, ...expected } = row;
      expect(seen.get(row)).toEqual({ ...expected, after: 'completed' });
    },
  );

  test.each(TABLE.filter(({ takenOver }) => !takenOver))(
    'takes its call up again under a new lease and sends it once when nobody took over: class $class [gate.lease-lost]',
    (row) => {
      const { class: _class, stopped: _stopped, takenOver: _takenOver, ...expected } = row;
      expect(seen.get(row)).toEqual({ ...expected, after: 'completed' });
    },
  );
});

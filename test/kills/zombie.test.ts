import { beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { LEASE_MS } from '../../gate/lease.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { STOPPING, type WorkerProcess } from '../fixtures/worker-process.ts';
import { inParallel } from '../../bench/measuring/in-parallel.ts';
import { endOfRun } from './end-of-run.ts';
import { CALLS, endInWords, type KilledClass, ledgersOf, LIMIT_MS, sendsOf } from './observing.ts';

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
  {
    class: 'A',
    stopped: 'after-claim',
    takenOver: true,
    sends: { whileStopped: 1, atLast: 1 },
    effects: 1,
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'D',
    stopped: 'after-claim',
    takenOver: true,
    sends: { whileStopped: 1, atLast: 1 },
    effects: 1,
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'A',
    stopped: 'answered',
    takenOver: true,
    sends: { whileStopped: 2, atLast: 2 },
    effects: 1,
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'D',
    stopped: 'answered',
    takenOver: true,
    sends: { whileStopped: 1, atLast: 1 },
    effects: 1,
    ledger: 'unknown',
    takeovers: 1,
    end: 'asks unknown-effect',
  },
  {
    class: 'A',
    stopped: 'after-claim',
    takenOver: false,
    sends: { whileStopped: 0, atLast: 1 },
    effects: 1,
    ledger: 'committed',
    takeovers: 0,
    end: 'completed',
  },
  {
    class: 'D',
    stopped: 'after-claim',
    takenOver: false,
    sends: { whileStopped: 0, atLast: 1 },
    effects: 1,
    ledger: 'committed',
    takeovers: 0,
    end: 'completed',
  },
];

type Seen = Omit<Row, 'class' | 'stopped' | 'takenOver'> & { readonly after: string; readonly heldUpMs: number };

/** A call whose run is cancelled while its worker stands still. */
interface CancelledRow {
  readonly class: 'A' | 'D';
  readonly stopped: 'before-claim' | 'after-claim';
}

const CANCELLED: readonly CancelledRow[] = [
  { class: 'A', stopped: 'before-claim' },
  { class: 'D', stopped: 'before-claim' },
  { class: 'D', stopped: 'after-claim' },
];

interface SeenCancelled {
  readonly end: string;
  readonly sends: { readonly first: number; readonly second: number };
}

// What happens in each is mostly waiting, for leases and polls that end.
const AT_ONCE = 5;
/** Which is which in the layout apart. */
const [WORKFLOWS, CALLS_WORKER] = [0, 1];
const seen = new Map<Row, Seen>();
const seenCancelled = new Map<CancelledRow, SeenCancelled>();

beforeAll(async () => {
  const acts = [
    ...TABLE.map((row) => async () => void seen.set(row, await observe(row))),
    ...CANCELLED.map((row) => async () => void seenCancelled.set(row, await observeCancelled(row))),
  ];
  await inParallel(acts, AT_ONCE, (act) => act());
}, 2 * LIMIT_MS);

async function observe(row: Row): Promise<Seen> {
  const receiver = await startReceiver();
  const engine = await startProbe({ processes: 0, systems: { receiver: { address: receiver.address } } });
  try {
    const zombie = await engine.startWorker(0, { stopAt: `${row.stopped} ${CALLS[row.class].step}` });
    await warmUp(engine);
    const parts = { engine, receiver, zombie };
    return await (row.takenOver ? takenOver(row, parts) : standing(row, parts));
  } finally {
    await engine.close();
    await receiver.close();
  }
}

interface Parts {
  readonly engine: ProbeEngine;
  readonly receiver: Receiver;
  readonly zombie: WorkerProcess;
}

// Its connection to the receiver is open from here on, so that what it has left to send would leave in the very turn in which
// it goes on, before any timer or answer could tell it what happened.
async function warmUp({ client, tenant }: ProbeEngine): Promise<void> {
  const { runId } = await client.start(probe, { run: 'warm', scenario: 'sequence' }, { tenant });
  await client.wait(runId, { tenant, timeoutMs: LIMIT_MS });
}

// Another worker ends the run while the first stands still. Then the first goes on, alone, and is given another run to carry
// out: when that has ended, whatever it still had to do for the first run is done.
async function takenOver(row: Row, parts: Parts): Promise<Seen> {
  const { engine, receiver, zombie } = parts;
  const runId = await start(row, engine, 'first');
  await zombie.said(STOPPING);
  const taker = await engine.startWorker(0);
  const since = performance.now();
  const end = await endOfRun(engine, runId);
  const heldUpMs = performance.now() - since;
  const whileStopped = sendsOf(receiver, 'first').length;
  await taker.stop();
  zombie.resume();
  const after = await endOfRun(engine, await start(row, engine, 'second'));
  return {
    ...(await count(row, parts, { runId, whileStopped })),
    end,
    after,
    heldUpMs,
  };
}

// Nobody else is there: the worker itself takes the call up again, under a lease of its own that is new.
async function standing(row: Row, parts: Parts): Promise<Seen> {
  const { engine, receiver, zombie } = parts;
  const runId = await start(row, engine, 'first');
  await zombie.said(STOPPING);
  await delay(LEASE_MS * 1.5);
  const whileStopped = sendsOf(receiver, 'first').length;
  zombie.resume();
  const end = await endOfRun(engine, runId);
  return { ...(await count(row, parts, { runId, whileStopped })), end, after: end, heldUpMs: 0 };
}

async function start(
  row: Row,
  { client, tenant }: ProbeEngine,
  run: string,
): Promise<Awaited<ReturnType<typeof client.start>>['runId']> {
  return (await client.start(probe, { run, scenario: CALLS[row.class].scenario }, { tenant })).runId;
}

async function count(
  row: Row,
  { engine, receiver }: Parts,
  first: { runId: Awaited<ReturnType<typeof start>>; whileStopped: number },
): Promise<Omit<Seen, 'end' | 'after' | 'heldUpMs'>> {
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

async function observeCancelled({ class: effectClass, stopped }: CancelledRow): Promise<SeenCancelled> {
  const receiver = await startReceiver();
  const systems = { receiver: { address: receiver.address } };
  // Apart, so that the cancellation is taken at once, and not in a race with the call's next attempt.
  const engine = await startProbe({ layout: 'apart', started: false, systems });
  try {
    const { step, scenario } = CALLS[effectClass];
    const { client, tenant } = engine;
    await engine.startWorker(WORKFLOWS);
    const zombie = await engine.startWorker(CALLS_WORKER, { stopAt: `${stopped} ${step}` });
    await warmUp(engine);
    const { runId } = await client.start(probe, { run: 'first', scenario }, { tenant });
    await zombie.said(STOPPING);
    await client.cancel(runId, { tenant, actor: 'test', reason: 'no longer wanted' });
    const taker = await engine.startWorker(CALLS_WORKER);
    const ended = await client.wait(runId, { tenant, timeoutMs: LIMIT_MS });
    await taker.stop();
    zombie.resume();
    const { runId: second } = await client.start(probe, { run: 'second', scenario }, { tenant });
    await client.wait(second, { tenant, timeoutMs: LIMIT_MS });
    const sends = { first: sendsOf(receiver, 'first').length, second: sendsOf(receiver, 'second').length };
    return { end: endInWords(ended), sends };
  } finally {
    await engine.close();
    await receiver.close();
  }
}

describe('a worker that stood still while its run was cancelled and ended', () => {
  test.each(CANCELLED)(
    'sends nothing when it goes on: class $class, stopped $stopped; the run ended as cancelled [gate.ended-run]',
    (row) => {
      expect(seenCancelled.get(row)).toEqual({ end: 'cancelled cancelled', sends: { first: 0, second: 1 } });
    },
  );
});

describe('a worker that stands still by SIGSTOP for longer than its lease', () => {
  test.each(TABLE.filter(({ takenOver }) => takenOver))(
    'sends and settles nothing more when it goes on after it was taken over: class $class, stopped $stopped, ledger $ledger, run $end [gate.lease-lost] [gate.takeover]',
    (row) => {
      expect(seen.get(row)).toMatchObject({ ...expectedOf(row), after: 'completed' });
    },
  );

  test.each(TABLE.filter(({ takenOver }) => !takenOver))(
    'takes its call up again under a new lease and sends it once when nobody took over: class $class [gate.lease-lost]',
    (row) => {
      expect(seen.get(row)).toMatchObject(expectedOf(row));
    },
  );

  test('holds no run up for the minute that its open polls would last, though they swallow tasks [worker.resumes]', () => {
    const heldUp = TABLE.map((row) => seen.get(row)?.heldUpMs ?? Infinity);
    expect(Math.max(...heldUp)).toBeLessThan(50_000);
  });
});

function expectedOf({ sends, effects, ledger, takeovers, end }: Row): Partial<Seen> {
  return { sends, effects, ledger, takeovers, end };
}

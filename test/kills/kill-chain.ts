import { setTimeout as delay } from 'node:timers/promises';
import { callKeyOf } from '../../domain/digest.ts';
import type { CallKey } from '../../domain/ids.ts';
import type { KillPoint } from '../../gate/kill-points.ts';
import { eventually } from '../fixtures/eventually.ts';
import { startLossyRelay } from '../fixtures/lossy-relay.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { FORGETFUL_KEY_MS, type Received, type Receiver, startReceiver } from '../fixtures/receiver.ts';
import type { WorkerProcess } from '../fixtures/worker-process.ts';
import { endOfRun } from './end-of-run.ts';
import { CALLS, type KilledClass, settledCall } from './observing.ts';

/** When a worker dies, in the order of a call's life. */
export type Moment =
  | 'before the claim'
  | 'after the claim'
  | 'after the mark'
  | 'bytes lost on the way'
  | 'bytes in flight'
  | 'bytes arrived'
  | 'after the effect'
  | 'after settle';

/** One call whose worker is to be killed. */
export interface KillCase {
  readonly class: KilledClass;
  readonly killed: Moment;
}

/** What was to be seen of one call whose first worker was killed. */
export interface Seen {
  /** The call's idempotency key, computed here and not by the engine. */
  readonly key: CallKey;
  /** Requests that change something and arrived whole at the receiver. */
  readonly sends: number;
  /** How often the receiver was asked what an earlier send achieved. */
  readonly asks: number;
  /** The different keys that came with the sends. */
  readonly keys: readonly (string | undefined)[];
  /** What the receiver did, as `Receiver.effects` counts it. */
  readonly effects: readonly string[];
  readonly ledger: string;
  readonly takeovers: number;
  /** See `endOfRun`. */
  readonly end: string;
  readonly killedBy: string | number | null;
  readonly lostBytes: number;
}

const LOST = 'bytes lost on the way';

// The worker kills itself in the very turn, except when its bytes have arrived: that the receiver knows, and the test kills it.
const POINTS: Record<Exclude<Moment, 'bytes arrived'>, KillPoint> = {
  'before the claim': 'before-claim',
  'after the claim': 'after-claim',
  'after the mark': 'marked',
  'bytes lost on the way': 'bytes-left',
  'bytes in flight': 'bytes-left',
  'after the effect': 'answered',
  'after settle': 'settled',
};

interface Parts {
  readonly receiver: Receiver;
  readonly engine: ProbeEngine;
  readonly network: Network;
}

/** What lies between the workers and the receiver: nothing, unless bytes are to be lost on the way. */
interface Network {
  readonly address: string;
  lose(on: boolean): void;
  lostBytes(): number;
  close(): Promise<void>;
}

/**
 * Runs one call after the other. The worker of each is killed at its moment, and the one that takes over is the next one's victim.
 * Cases that follow each other must be of different classes: else the next kill would meet this call again.
 */
export async function seeKilled(chain: readonly KillCase[]): Promise<readonly Seen[]> {
  const same = chain.find((each, index) => each.class === chain[index + 1]?.class);
  if (same !== undefined) throw new Error(`Two cases of class ${same.class} follow each other.`);
  const receiver = await startReceiver();
  const network = await networkOf(chain, receiver);
  const engine = await startProbe({ processes: 0, systems: { receiver: { address: network.address } } });
  try {
    const seen: Seen[] = [];
    let victim = await startVictim(engine, chain[0]);
    for (const [index, each] of chain.entries()) {
      const takeOver = async (): Promise<void> => {
        victim = await startVictim(engine, chain[index + 1]);
      };
      seen.push(await see({ receiver, engine, network }, each, { victim, takeOver }));
    }
    return seen;
  } finally {
    await engine.close();
    await network.close();
    await receiver.close();
  }
}

async function networkOf(chain: readonly KillCase[], { address }: Receiver): Promise<Network> {
  let losing = false;
  const lose = (on: boolean): void => {
    losing = on;
  };
  if (!chain.some(({ killed }) => killed === LOST)) return { address, lose, lostBytes: () => 0, close: async () => {} };
  return { ...(await startLossyRelay(address, () => losing)), lose };
}

function startVictim(engine: ProbeEngine, next: KillCase | undefined): Promise<WorkerProcess> {
  if (next === undefined || next.killed === 'bytes arrived') return engine.startWorker(0);
  return engine.startWorker(0, { at: `${POINTS[next.killed]} ${CALLS[next.class].step}` });
}

async function see(
  { receiver, engine, network }: Parts,
  { class: effectClass, killed }: KillCase,
  { victim, takeOver }: { victim: WorkerProcess; takeOver: () => Promise<void> },
): Promise<Seen> {
  const { tenant, client } = engine;
  const { step, scenario } = CALLS[effectClass];
  const before = { requests: receiver.received.length, effects: receiver.effects.length, lost: network.lostBytes() };
  const arrived = (): readonly Received[] => receiver.received.slice(before.requests);
  const hangs = killed === 'bytes arrived';
  receiver.behave(() => (hangs && arrived().length === 1 ? 'hang' : { status: 200, body: { id: 'stamped' } }));
  network.lose(killed === LOST);
  const { runId } = await client.start(probe, { run: `${effectClass} ${killed}`, scenario }, { tenant });
  if (hangs) await eventually(() => arrived()[0]).then(() => victim.kill());
  const killedBy = await victim.ended;
  // What the dead worker wrote may still be on its way.
  if (killed === LOST) await eventually(() => (network.lostBytes() > before.lost ? true : undefined));
  network.lose(false);
  if (effectClass.startsWith('A after keyTtl')) await delay(FORGETFUL_KEY_MS);
  await takeOver();
  const { state, takeovers } = await settledCall(engine, runId, step);
  const end = await endOfRun(engine, runId);
  const sends = arrived().filter(({ method }) => method !== 'GET');
  return {
    key: callKeyOf({ tenant, runId, stepPath: step }),
    sends: sends.length,
    asks: arrived().length - sends.length,
    keys: [...new Set(sends.map(({ key }) => key))],
    effects: receiver.effects.slice(before.effects),
    ledger: state,
    takeovers,
    end,
    killedBy,
    lostBytes: network.lostBytes() - before.lost,
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { callKeyOf } from '../../domain/digest.ts';
import type { CallKey } from '../../domain/ids.ts';
import type { KillPoint } from '../../gate/kill-points.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type LossyRelay, startLossyRelay } from '../fixtures/lossy-relay.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { FORGETFUL_KEY_MS, type Receiver, startReceiver } from '../fixtures/receiver.ts';
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
  readonly relay: LossyRelay | undefined;
  readonly engine: ProbeEngine;
}

/** Runs one call of a class whose worker dies at a moment, lets a second worker take it over, and answers what was to be seen. */
export async function seeKilled(effectClass: KilledClass, moment: Moment): Promise<Seen> {
  const receiver = await startReceiver();
  const relay = moment === 'bytes lost on the way' ? await startLossyRelay(receiver.address) : undefined;
  const address = relay?.address ?? receiver.address;
  const engine = await startProbe({ processes: 0, systems: { receiver: { address } } });
  try {
    return await run({ receiver, relay, engine }, effectClass, moment);
  } finally {
    await engine.close();
    await relay?.close();
    await receiver.close();
  }
}

async function run(parts: Parts, effectClass: KilledClass, moment: Moment): Promise<Seen> {
  const { receiver, relay, engine } = parts;
  const { tenant, client } = engine;
  const { step, scenario } = CALLS[effectClass];
  receiver.behave((_, count) =>
    moment === 'bytes arrived' && count === 1 ? 'hang' : { status: 200, body: { id: 'stamped' } },
  );
  const victim = await engine.startWorker(
    0,
    moment === 'bytes arrived' ? undefined : { at: `${POINTS[moment]} ${step}` },
  );
  const { runId } = await client.start(probe, { run: `${effectClass} ${moment}`, scenario }, { tenant });
  if (moment === 'bytes arrived') await arrival(receiver).then(() => victim.kill());
  const killedBy = await victim.ended;
  if (effectClass.startsWith('A after keyTtl')) await delay(FORGETFUL_KEY_MS);
  await engine.startWorker(0);
  const { state, takeovers } = await settledCall(engine, runId, step);
  const end = await endOfRun(engine, runId);
  const sends = receiver.received.filter(({ method }) => method !== 'GET');
  return {
    key: callKeyOf({ tenant, runId, stepPath: step }),
    sends: sends.length,
    asks: receiver.received.length - sends.length,
    keys: [...new Set(sends.map(({ key }) => key))],
    effects: receiver.effects,
    ledger: state,
    takeovers,
    end,
    killedBy,
    lostBytes: relay?.lostBytes() ?? 0,
  };
}

async function arrival({ received }: Receiver): Promise<void> {
  await eventually(() => received[0]);
}

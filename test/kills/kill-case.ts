import { callKeyOf } from '../../domain/digest.ts';
import type { CallKey } from '../../domain/ids.ts';
import type { KillPoint } from '../../gate/kill-points.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type LossyRelay, startLossyRelay } from '../fixtures/lossy-relay.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { endOfRun } from './end-of-run.ts';
import { CALLS, type KilledClass, ledgersOf } from './observing.ts';

/** When a worker dies, in the order of a call's life. */
export type Moment =
  | 'before the claim'
  | 'after the claim'
  | 'bytes lost on the way'
  | 'bytes in flight'
  | 'bytes arrived'
  | 'after the effect'
  | 'after settle';

/** What was to be seen of one call whose first worker was killed. */
export interface Seen {
  /** The call's idempotency key, computed here and not by the engine. */
  readonly key: CallKey;
  /** Requests that arrived whole at the receiver. */
  readonly sends: number;
  /** The different keys that came with them. */
  readonly keys: readonly (string | undefined)[];
  /** What the receiver did: one effect per key, one per request without a key. */
  readonly effects: readonly string[];
  readonly ledger: string | undefined;
  readonly takeovers: number;
  /** The run's status, and its code when it failed. */
  readonly end: string;
  readonly killedBy: string | number | null;
  readonly lostBytes: number;
}

// The worker kills itself in the very turn, except when its bytes have arrived: that the receiver knows, and the test kills it.
const POINTS: Record<Exclude<Moment, 'bytes arrived'>, KillPoint> = {
  'before the claim': 'before-claim',
  'after the claim': 'after-claim',
  'bytes lost on the way': 'bytes-left',
  'bytes in flight': 'bytes-left',
  'after the effect': 'answered',
  'after settle': 'settled',
};

/** One cell of the matrix with all it needs, ready to be run. */
export interface KillCase {
  run(): Promise<Seen>;
  close(): Promise<void>;
}

/** Prepares a run of one call of a class whose worker dies at a moment; nothing runs yet. */
export async function prepareCase(effectClass: KilledClass, moment: Moment): Promise<KillCase> {
  const receiver = await startReceiver();
  const relay = moment === 'bytes lost on the way' ? await startLossyRelay(receiver.address) : undefined;
  const address = relay?.address ?? receiver.address;
  const engine = await startProbe({ processes: 0, systems: { receiver: { address } } });
  return {
    run: () => run({ receiver, relay, engine }, effectClass, moment),
    close: async () => {
      await engine.close();
      await relay?.close();
      await receiver.close();
    },
  };
}

interface Parts {
  readonly receiver: Receiver;
  readonly relay: LossyRelay | undefined;
  readonly engine: ProbeEngine;
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
  await engine.startWorker(0);
  const end = await endOfRun(engine, runId);
  const [ledger = []] = await ledgersOf(engine, [runId]);
  const call = ledger.find(({ stepPath }) => stepPath === step);
  return {
    key: callKeyOf({ tenant, runId, stepPath: step }),
    sends: receiver.received.length,
    keys: [...new Set(receiver.received.map(({ key }) => key))],
    effects: receiver.effects,
    ledger: call?.state,
    takeovers: call?.takeovers ?? 0,
    end,
    killedBy,
    lostBytes: relay?.lostBytes() ?? 0,
  };
}

async function arrival({ received }: Receiver): Promise<void> {
  await eventually(() => received[0]);
}

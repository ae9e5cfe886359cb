import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { callKeyOf } from '../../domain/digest.ts';
import type { EffectClass } from '../../domain/effects.ts';
import type { Database } from '../../gate/database.ts';
import type { Adapter, Gate, KillPoint } from '../../gate/index.ts';
import { sharedStack } from '../stack-addresses.ts';
import { databaseAs, gateAt, ledgerRow, never, newRunId, newTenant } from './fixture.ts';
import { killedCall, type KillChildInput } from './kill-child.ts';
import { json, type Receiver, receiver } from './receiver.ts';

let books: Receiver;
let gate: Gate;
let owner: Database;
/** What the receiver has entered: one for each key. */
const effects = new Set<string>();

beforeAll(async () => {
  owner = databaseAs('owner');
  books = await receiver((request, response) => {
    effects.add(String(request.headers['idempotency-key']));
    json(response, 201, {});
  });
  gate = await gateAt(books.address);
});
afterAll(async () => {
  await gate.close();
  await books.close();
  await owner.close();
});

async function killed(effectClass: EffectClass, point: KillPoint): Promise<KillChildInput> {
  const input = {
    databaseUrl: sharedStack().database.gateUrl,
    address: books.address,
    tenant: newTenant(),
    runId: newRunId(),
    class: effectClass,
    point,
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-child.ts')], {
    env: { ...process.env, HOLDFAST_KILL_CHILD: JSON.stringify(input) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return input;
}

/** The receiver is asked by reference whether it has entered something under the key. */
const adapter: Adapter = {
  send: async ({ http, key }) => {
    await http.post('/bookings', { amount: 1 }, { key });
    return { result: 'booked' };
  },
  reconcile: async ({ key }) => (effects.has(key) ? { result: 'found' } : undefined),
};

interface End {
  readonly sends: number;
  readonly effects: number;
  readonly outcome: string;
  readonly state: string;
  readonly takeovers: number;
}

async function endOf(input: KillChildInput): Promise<End> {
  const call = killedCall(input);
  const outcome = await gate.perform(call, adapter, { signal: never });
  const row = await ledgerRow(owner, call);
  const key = callKeyOf(call);
  return {
    sends: books.received.filter(({ headers }) => headers['idempotency-key'] === key).length,
    effects: effects.has(key) ? 1 : 0,
    outcome: outcome.kind === 'committed' ? `committed ${JSON.stringify(outcome.value)}` : outcome.kind,
    state: row.state,
    takeovers: row.takeovers,
  };
}

const booked = { outcome: 'committed "booked"', state: 'committed', effects: 1 };

test.concurrent.each<[EffectClass, KillPoint, End]>([
  ['A', 'before-claim', { ...booked, sends: 1, takeovers: 0 }],
  ['A', 'after-claim', { ...booked, sends: 1, takeovers: 1 }],
  ['A', 'bytes-left', { ...booked, sends: 2, takeovers: 1 }],
  ['A', 'answered', { ...booked, sends: 2, takeovers: 1 }],
  ['A', 'settled', { ...booked, sends: 1, takeovers: 0 }],
  ['C', 'after-claim', { ...booked, sends: 1, takeovers: 1 }],
  ['C', 'marked', { ...booked, sends: 1, takeovers: 1 }],
  ['C', 'bytes-left', { ...booked, outcome: 'committed "found"', sends: 1, takeovers: 1 }],
  ['C', 'answered', { ...booked, outcome: 'committed "found"', sends: 1, takeovers: 1 }],
  ['D', 'before-claim', { ...booked, sends: 1, takeovers: 0 }],
  ['D', 'after-claim', { ...booked, sends: 1, takeovers: 1 }],
  ['D', 'marked', { sends: 0, effects: 0, outcome: 'unknown', state: 'unknown', takeovers: 1 }],
  ['D', 'bytes-left', { sends: 1, effects: 1, outcome: 'unknown', state: 'unknown', takeovers: 1 }],
  ['D', 'answered', { sends: 1, effects: 1, outcome: 'unknown', state: 'unknown', takeovers: 1 }],
  ['D', 'settled', { ...booked, sends: 1, takeovers: 0 }],
])(
  'a class %s call killed at %s ends with its effect exactly once, or known to be unknown',
  async (effectClass, point, end) => {
    await expect(endOf(await killed(effectClass, point))).resolves.toEqual(end);
  },
);

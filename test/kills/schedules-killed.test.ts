import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunId } from '../../domain/ids.ts';
import { openStack, removeStack, type Stack } from '../../stack/index.ts';
import { type StarterUnderTest, starterFor } from '../client/schedules/starter-under-test.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { LIMIT_MS } from './observing.ts';

const MOMENTS_AFTER = 3;

// A stack of its own: nobody else's tests are disturbed.
const folder = mkdtempSync(join(tmpdir(), 'holdfast-schedules-'));
const home = join(folder, 'home');
let stack: Stack;
let receiver: Receiver;
let engine: ProbeEngine;
let starter: StarterUnderTest;

beforeAll(async () => {
  stack = await openStack({ home, env: {}, onProgress: () => undefined });
  receiver = await startReceiver();
  const systems = { receiver: { address: receiver.address } };
  engine = await startProbe({ processes: 2, addresses: stack.addresses, systems });
  starter = await starterFor(engine, stack.addresses);
  await starter.start();
}, LIMIT_MS);

afterAll(async () => {
  await starter.close();
  await engine.close();
  await receiver.close();
  await stack.close();
  removeStack(home);
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

test.each(['temporal-server', 'postgres'])(
  'with %s killed no moment of a schedule is left out, and each has one effect [schedules.caught-up]',
  async (name) => {
    const { client, tenant } = engine;
    const of = { tenant, schedule: name, actor: 'ada' };
    const input = { run: `${name} {scheduledAt}`, scenario: 'native' };
    const before = receiver.effects.length;
    await client.schedules.create({ ...of, job: 'probe', input, everySeconds: 2, overlap: 'allow-all' });
    const seen: Seen = { schedule: name, moments: new Map(), refusals: [] };
    await eventually(() => look(seen, 2));
    process.kill(await pidOf(name), 'SIGKILL');
    const killedAt = Date.now();
    await eventually(() => look(seen, MOMENTS_AFTER, killedAt + 2_000));
    await eventually(() => client.schedules.pause(of).then(...settled));
    await eventually(async () => ([...seen.moments.values()].includes(undefined) ? look(seen, Infinity) : true));
    expect(seen.refusals.map((error) => (error as { code?: unknown }).code)).toEqual(
      seen.refusals.map(() => 'unavailable'),
    );
    const moments = [...seen.moments.keys()].toSorted((one, other) => one - other);
    const [first = 0] = moments;
    expect(moments).toEqual(moments.map((_, index) => first + index * 2_000));
    for (const runId of seen.moments.values()) {
      const ended = await client.wait(runId ?? '', { tenant, timeoutMs: LIMIT_MS });
      expect(ended.status).toBe('completed');
    }
    const effects = receiver.effects.slice(before);
    expect(new Set(effects).size).toBe(effects.length);
    expect(effects.length).toBeGreaterThanOrEqual(moments.length);
  },
  LIMIT_MS,
);

interface Seen {
  readonly schedule: string;
  readonly moments: Map<number, RunId | undefined>;
  /** What was answered while it could not be looked at. */
  readonly refusals: unknown[];
}

// The last ten moments are shown, so whoever wants all has to look often enough. While the server is down it cannot be asked.
async function look({ schedule, moments, refusals }: Seen, enough: number, after = 0): Promise<true | undefined> {
  const [shown] = await Promise.allSettled([engine.client.schedules.show({ tenant: engine.tenant, schedule })]);
  if (shown.status === 'rejected') {
    refusals.push(shown.reason);
    return undefined;
  }
  for (const { scheduledAt, runId } of shown.value.recent) moments.set(scheduledAt.getTime(), runId);
  return [...moments.keys()].filter((at) => at > after).length >= enough ? true : undefined;
}

async function pidOf(name: string): Promise<number> {
  const found = (await stack.processes()).find((each) => each.name === name);
  if (found === undefined) throw new Error(`The stack has no process ${name}.`);
  return found.pid;
}

const settled = [(): true => true, (): undefined => undefined] as const;

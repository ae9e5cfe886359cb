import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '../../gate/client-store.ts';
import { openStack, removeStack, type Stack } from '../../stack/index.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';
import { endedRun, type EndedRun, keysOf, startRuns } from './many-runs.ts';
import { ledgersOf, LIMIT_MS } from './observing.ts';

const SEQUENCES = 6;
const CALLS = 6;
const BLINDS = 3;

// A stack of its own: nobody else's tests are disturbed.
const folder = mkdtempSync(join(tmpdir(), 'holdfast-kills-'));
const home = join(folder, 'home');
let stack: Stack;
let receiver: Receiver;
let engine: ProbeEngine;

beforeAll(async () => {
  stack = await openStack({ home, env: {}, onProgress: () => undefined });
  receiver = await startReceiver();
  receiver.behave(() => ({ status: 200, body: { id: 'stamped' }, delayMs: 150 }));
  const systems = { receiver: { address: receiver.address } };
  engine = await startProbe({ processes: 2, addresses: stack.addresses, systems });
}, LIMIT_MS);

afterAll(async () => {
  await engine.close();
  await receiver.close();
  await stack.close();
  removeStack(home);
  rmSync(folder, { recursive: true, force: true });
}, LIMIT_MS);

describe.each(['temporal-server', 'postgres'])('%s killed with kill -9 under runs in flight', (name) => {
  let sequences: readonly EndedRun[];
  let blinds: readonly EndedRun[];
  let effects: readonly string[];
  let calls: readonly LedgerEntry[];
  let pids: readonly number[];

  beforeAll(async () => {
    const arrived = receiver.received.length;
    const before = receiver.effects.length;
    const started = await startRuns(engine, name, { sequences: SEQUENCES, calls: CALLS, blinds: BLINDS });
    await eventually(() => (receiver.received.length > arrived + SEQUENCES ? true : undefined));
    const killed = await pidOf(name);
    process.kill(killed, 'SIGKILL');
    const ended = await Promise.all(started.map((run) => endedRun(engine, receiver, run)));
    sequences = ended.filter(({ scenario }) => scenario === 'sequence');
    blinds = ended.filter(({ scenario }) => scenario === 'blind');
    effects = receiver.effects.slice(before).filter((effect) => !effect.startsWith('send-'));
    const ids = ended.map(({ runId }) => runId);
    calls = (await ledgersOf(engine, ids, stack.addresses)).flat();
    pids = [killed, await pidOf(name)];
  }, LIMIT_MS);

  test('every run of calls with a key completes [worker.resumes]', () => {
    expect(new Set(pids).size).toBe(2);
    expect(sequences.map(({ end }) => end)).toEqual(Array(SEQUENCES).fill('completed'));
  });

  test('every expected effect is at the receiver exactly once, by key, and committed in the ledger [worker.resumes]', () => {
    const expected = sequences.flatMap(({ runId }) => keysOf(engine, runId, CALLS)).toSorted();
    const stamped = calls
      .filter((call) => call.name === 'stamp_repeated')
      .map(({ callKey, state }) => `${state} ${callKey}`);
    expect(effects.toSorted()).toEqual(expected);
    expect(stamped.toSorted()).toEqual(expected.map((key) => `committed ${key}`));
    expect(new Set(expected).size).toBe(36);
  });

  test('a call without a key is sent at most once; it is done, or its run asks a person [gate.doubt-to-a-person]', () => {
    const ends = blinds.map(({ end, sends }) => `${end}, ${sends} sent`);
    const right = ['completed, 1 sent', 'asks unknown-effect, 1 sent', 'asks unknown-effect, 0 sent'];
    expect(ends.filter((end) => !right.includes(end))).toEqual([]);
    expect(ends).toHaveLength(BLINDS);
  });
});

async function pidOf(name: string): Promise<number> {
  const found = (await stack.processes()).find((each) => each.name === name);
  if (found === undefined) throw new Error(`The stack has no process ${name}.`);
  return found.pid;
}

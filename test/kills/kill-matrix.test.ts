import { afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startProbe } from '../fixtures/probe-engine.ts';
import { FORGETFUL_KEY_MS, startReceiver } from '../fixtures/receiver.ts';
import { type KillCase, type Seen, seeKilled } from './kill-chain.ts';
import { MATRIX, type Row } from './kill-table.ts';
import { type KilledClass, LIMIT_MS } from './observing.ts';

// What a chain mostly does is wait for Temporal to notice that a worker is gone.
const CHAINS = 7;
const seen = new Map<Row, Seen>();

beforeAll(async () => {
  // Has the workflow bundle built once, for all.
  await startProbe({ processes: 0 }).then((engine) => engine.close());
  await Promise.all(
    chainsOf(MATRIX).map(async (chain) => {
      const all = await seeKilled(chain);
      chain.forEach((row, index) => seen.set(row, all[index] as Seen));
    }),
  );
}, 5 * LIMIT_MS);

// One chain has the rows that need a network which loses bytes. In each, the classes alternate.
function chainsOf(rows: readonly Row[]): readonly (readonly Row[])[] {
  const losing = (row: KillCase): boolean => row.killed === 'bytes lost on the way';
  const rest = rows.filter((row) => !losing(row)).toSorted((one, other) => momentOf(one) - momentOf(other));
  const dealt = Array.from({ length: CHAINS }, (_, chain) => rest.filter((_row, index) => index % CHAINS === chain));
  return [rows.filter(losing), ...dealt];
}

function momentOf({ killed }: KillCase): number {
  return MATRIX.findIndex((row) => row.killed === killed);
}

afterEach(() => {
  jest.restoreAllMocks();
});

function seenOf(row: Row): Seen {
  const found = seen.get(row);
  if (found === undefined) throw new Error(`Nothing was seen of ${row.class}, ${row.killed}.`);
  return found;
}

function seenOfClass(...classes: readonly KilledClass[]): readonly Seen[] {
  return MATRIX.filter((row) => classes.includes(row.class)).map(seenOf);
}

describe('a worker killed with kill -9', () => {
  test.each(MATRIX)(
    'class $class, $killed: sends $sends, effects $effects, asks $asks, takeovers $takeovers, ledger $ledger, run $end [crash.kill-matrix]',
    (row) => {
      const { killedBy, sends, effects, asks, ledger, takeovers, end } = seenOf(row);
      const { sends: _sends, effects: _effects, class: _class, killed: _killed, ...literals } = row;
      expect(killedBy).toBe('SIGKILL');
      expect({ asks, takeovers, ledger, end }).toEqual(literals);
      expect(row.sends).toContain(sends);
      expect(row.effects).toContain(effects.length);
    },
  );

  test('really had its bytes lost where they are said to be lost [crash.kill-matrix]', () => {
    const lost = MATRIX.filter((row) => row.killed === 'bytes lost on the way').map(seenOf);
    expect(Math.min(...lost.map(({ lostBytes }) => lostBytes))).toBeGreaterThan(100);
  });

  test('has its calls taken over, 32 times over the whole matrix [crash.kill-matrix]', () => {
    const takeovers = MATRIX.map((row) => seenOf(row).takeovers);
    expect(takeovers.reduce((sum, count) => sum + count, 0)).toBe(32);
  });
});

describe('the successor of a killed worker', () => {
  test('repeats class A with the key that follows from tenant, run and step alone [crash.kill-matrix]', () => {
    const native = seenOfClass('A');
    expect(native.map(({ keys }) => keys)).toEqual(native.map(({ key }) => [key]));
  });

  test('leaves every expected effect of class A at the receiver exactly once, by key [crash.kill-matrix]', () => {
    const native = seenOfClass('A');
    const expected = native.map(({ key }) => key).toSorted();
    expect(native.flatMap(({ effects }) => effects).toSorted()).toEqual(expected);
    expect(new Set(expected).size).toBe(7);
  });

  test('repeats class B as it was, and leaves one effect under its natural key [gate.effect-class-b]', () => {
    const natural = seenOfClass('B').map(({ effects }) => effects);
    expect(natural).toEqual(
      MATRIX.filter((row) => row.class === 'B').map(({ killed }) => [`/natural/${encodeURIComponent(`B ${killed}`)}`]),
    );
  });

  test('sends class C once and no more: it asks first, and repeats only what the receiver does not know [gate.effect-class-c]', () => {
    const referenced = seenOfClass('C');
    expect(referenced.map(({ sends, effects }) => [sends, effects.length])).toEqual(Array(8).fill([1, 1]));
    expect(referenced.reduce((sum, { asks }) => sum + asks, 0)).toBe(5);
  });

  test('never repeats a key that its receiver has forgotten, which would be a second effect [gate.key-ttl]', () => {
    expect(seenOfClass('A after keyTtl').map(({ sends, effects }) => [sends, effects.length])).toEqual(
      Array(7).fill([1, 1]),
    );
    const mute = seenOfClass('A after keyTtl, no reconcile');
    expect(Math.max(...mute.map(({ sends }) => sends))).toBe(1);
  });

  test('never lets class D happen twice, and calls no effect done that is not there [crash.kill-matrix]', () => {
    const blind = seenOfClass('D');
    const completed = blind.filter(({ ledger }) => ledger === 'committed');
    expect(Math.max(...blind.map(({ sends }) => sends))).toBe(1);
    expect(completed.map(({ effects }) => effects.length)).toEqual([1, 1, 1]);
  });
});

test('the receiver of the matrix would show a second effect: of a class C call sent twice, and under a key it has forgotten', async () => {
  const receiver = await startReceiver();
  const post = (path: string, key: string): Promise<Response> =>
    fetch(`${receiver.address}${path}`, {
      method: 'POST',
      headers: { 'idempotency-key': key },
      body: JSON.stringify({}),
    });
  const referenced = (): Promise<Response> =>
    fetch(`${receiver.address}/referenced`, { method: 'POST', body: JSON.stringify({ reference: 'r' }) });
  await referenced();
  await referenced();
  expect(receiver.effects).toHaveLength(2);
  await post('/forgetful', 'k');
  await post('/forgetful', 'k');
  expect(receiver.effects).toHaveLength(3);
  jest.spyOn(Date, 'now').mockReturnValue(Date.now() + FORGETFUL_KEY_MS);
  await post('/forgetful', 'k');
  expect(receiver.effects).toHaveLength(4);
  await receiver.close();
});

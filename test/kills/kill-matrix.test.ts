import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inParallel } from './in-parallel.ts';
import { type KillCase, type Moment, prepareCase, type Seen } from './kill-case.ts';
import { type KilledClass, LIMIT_MS } from './observing.ts';

interface Row {
  readonly class: KilledClass;
  readonly killed: Moment;
  /** Requests that arrive at the receiver: each number that is right. */
  readonly sends: readonly number[];
  readonly effects: readonly number[];
  readonly ledger: string;
  readonly takeovers: number;
  readonly end: string;
}

// Two columns of one row of each class are bounds, not literals: a worker that dies in the turn in which it handed its bytes to the
// kernel cannot know whether they arrive. The rows beside it pin both ways that may go: the bytes are lost by the network
// between, or the receiver has them and the worker is killed before the answer.
const MATRIX: readonly Row[] = [
  {
    class: 'A',
    killed: 'before the claim',
    sends: [1],
    effects: [1],
    ledger: 'committed',
    takeovers: 0,
    end: 'completed',
  },
  {
    class: 'A',
    killed: 'after the claim',
    sends: [1],
    effects: [1],
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'A',
    killed: 'bytes lost on the way',
    sends: [1],
    effects: [1],
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'A',
    killed: 'bytes in flight',
    sends: [1, 2],
    effects: [1],
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'A',
    killed: 'bytes arrived',
    sends: [2],
    effects: [1],
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'A',
    killed: 'after the effect',
    sends: [2],
    effects: [1],
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  { class: 'A', killed: 'after settle', sends: [1], effects: [1], ledger: 'committed', takeovers: 0, end: 'completed' },
  {
    class: 'D',
    killed: 'before the claim',
    sends: [1],
    effects: [1],
    ledger: 'committed',
    takeovers: 0,
    end: 'completed',
  },
  {
    class: 'D',
    killed: 'after the claim',
    sends: [1],
    effects: [1],
    ledger: 'committed',
    takeovers: 1,
    end: 'completed',
  },
  {
    class: 'D',
    killed: 'bytes lost on the way',
    sends: [0],
    effects: [0],
    ledger: 'unknown',
    takeovers: 1,
    end: 'asks unknown-effect',
  },
  {
    class: 'D',
    killed: 'bytes in flight',
    sends: [0, 1],
    effects: [0, 1],
    ledger: 'unknown',
    takeovers: 1,
    end: 'asks unknown-effect',
  },
  {
    class: 'D',
    killed: 'bytes arrived',
    sends: [1],
    effects: [1],
    ledger: 'unknown',
    takeovers: 1,
    end: 'asks unknown-effect',
  },
  {
    class: 'D',
    killed: 'after the effect',
    sends: [1],
    effects: [1],
    ledger: 'unknown',
    takeovers: 1,
    end: 'asks unknown-effect',
  },
  { class: 'D', killed: 'after settle', sends: [1], effects: [1], ledger: 'committed', takeovers: 0, end: 'completed' },
];

const AT_ONCE = 4;
const cases: KillCase[] = [];
const seen = new Map<Row, Seen>();

beforeAll(async () => {
  for (const row of MATRIX) cases.push(await prepareCase(row.class, row.killed));
  const all = await inParallel(cases, AT_ONCE, (each) => each.run());
  MATRIX.forEach((row, index) => seen.set(row, all[index] as Seen));
}, 2 * LIMIT_MS);

afterAll(async () => {
  await Promise.all(cases.map((each) => each.close()));
}, LIMIT_MS);

function seenOf(row: Row): Seen {
  const found = seen.get(row);
  if (found === undefined) throw new Error(`Nothing was seen of ${row.class}, ${row.killed}.`);
  return found;
}

describe('a worker killed with kill -9', () => {
  test.each(MATRIX)(
    'class $class, $killed: sends $sends, effects $effects, ledger $ledger, takeovers $takeovers, run $end [crash.kill-matrix]',
    (row) => {
      const { killedBy, sends, effects, ledger, takeovers, end } = seenOf(row);
      expect(killedBy).toBe('SIGKILL');
      expect({ ledger, takeovers, end }).toEqual({ ledger: row.ledger, takeovers: row.takeovers, end: row.end });
      expect(row.sends).toContain(sends);
      expect(row.effects).toContain(effects.length);
    },
  );

  test('repeats class A with the key that follows from tenant, run and step alone [crash.kill-matrix]', () => {
    const native = MATRIX.filter((row) => row.class === 'A').map(seenOf);
    expect(native.map(({ keys }) => keys)).toEqual(native.map(({ key }) => [key]));
  });

  test('leaves every expected effect of class A at the receiver exactly once, by key [crash.kill-matrix]', () => {
    const native = MATRIX.filter((row) => row.class === 'A').map(seenOf);
    const expected = native.map(({ key }) => key).toSorted();
    expect(native.flatMap(({ effects }) => effects).toSorted()).toEqual(expected);
    expect(new Set(expected).size).toBe(7);
  });

  test('never lets class D happen twice, and calls no effect done that is not there [crash.kill-matrix]', () => {
    const blind = MATRIX.filter((row) => row.class === 'D').map(seenOf);
    const completed = blind.filter(({ end }) => end === 'completed');
    expect(Math.max(...blind.map(({ sends }) => sends))).toBe(1);
    expect(completed.map(({ effects }) => effects.length)).toEqual([1, 1, 1]);
  });

  test('really had its bytes lost where they are said to be lost [crash.kill-matrix]', () => {
    const lost = MATRIX.filter((row) => row.killed === 'bytes lost on the way').map(seenOf);
    expect(Math.min(...lost.map(({ lostBytes }) => lostBytes))).toBeGreaterThan(100);
  });

  test('has its calls taken over, ten times over the whole matrix [crash.kill-matrix]', () => {
    const takeovers = MATRIX.map((row) => seenOf(row).takeovers);
    expect(takeovers.reduce((sum, count) => sum + count, 0)).toBe(10);
  });
});

import type { KillCase } from './kill-chain.ts';
import { type KilledClass, UNKNOWN_END } from './observing.ts';

/** What is to be seen of a call of one class whose worker was killed at one moment. */
export interface Row extends KillCase {
  /** Requests that arrive at the receiver to change something: each number that is right. */
  readonly sends: readonly number[];
  readonly effects: readonly number[];
  /** Questions to the receiver what an earlier send achieved. */
  readonly asks: number;
  readonly takeovers: number;
  readonly ledger: string;
  readonly end: string;
}

const DONE = { ledger: 'committed', end: 'completed' } as const;
const UNKNOWN = { ledger: 'unknown', end: UNKNOWN_END } as const;

/**
 * Every class at every moment. `bytes in flight` has bounds where the others have literals: a worker that dies in the turn in
 * which it handed its bytes to the kernel cannot know whether they arrive. The rows beside it pin both ways that may go: the bytes
 * are lost by the network between, or the receiver has them and the worker is killed before the answer.
 */
export const MATRIX: readonly Row[] = [
  ...rowsOf('A', [
    { killed: 'before the claim', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
    { killed: 'after the claim', sends: [1], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'bytes lost on the way', sends: [1], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'bytes in flight', sends: [1, 2], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'bytes arrived', sends: [2], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'after the effect', sends: [2], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'after settle', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
  ]),
  // Class A is not marked before its first byte, so that its claim counts as a send: after keyTtl the receiver is asked.
  ...rowsOf('A after keyTtl', [
    { killed: 'before the claim', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
    { killed: 'after the claim', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'bytes lost on the way', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'bytes in flight', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'bytes arrived', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'after the effect', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'after settle', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
  ]),
  ...rowsOf('A after keyTtl, no reconcile', [
    { killed: 'before the claim', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
    { killed: 'after the claim', sends: [0], effects: [0], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'bytes lost on the way', sends: [0], effects: [0], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'bytes in flight', sends: [0, 1], effects: [0, 1], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'bytes arrived', sends: [1], effects: [1], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'after the effect', sends: [1], effects: [1], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'after settle', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
  ]),
  ...rowsOf('B', [
    { killed: 'before the claim', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
    { killed: 'after the claim', sends: [1], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'bytes lost on the way', sends: [1], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'bytes in flight', sends: [1, 2], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'bytes arrived', sends: [2], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'after the effect', sends: [2], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'after settle', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
  ]),
  ...rowsOf('C', [
    { killed: 'before the claim', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
    { killed: 'after the claim', sends: [1], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'after the mark', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'bytes lost on the way', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'bytes in flight', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'bytes arrived', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'after the effect', sends: [1], effects: [1], asks: 1, takeovers: 1, ...DONE },
    { killed: 'after settle', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
  ]),
  ...rowsOf('D', [
    { killed: 'before the claim', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
    { killed: 'after the claim', sends: [1], effects: [1], asks: 0, takeovers: 1, ...DONE },
    { killed: 'after the mark', sends: [0], effects: [0], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'bytes lost on the way', sends: [0], effects: [0], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'bytes in flight', sends: [0, 1], effects: [0, 1], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'bytes arrived', sends: [1], effects: [1], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'after the effect', sends: [1], effects: [1], asks: 0, takeovers: 1, ...UNKNOWN },
    { killed: 'after settle', sends: [1], effects: [1], asks: 0, takeovers: 0, ...DONE },
  ]),
];

function rowsOf(effectClass: KilledClass, rows: readonly Omit<Row, 'class'>[]): readonly Row[] {
  return rows.map((row) => ({ class: effectClass, ...row }));
}

import type { Skipped } from './choose-endpoint.ts';
import { cut } from './cut.ts';
import type { TokenPrice } from './endpoint-quirks.ts';

/** How one model call found its endpoint, kept with its result. At most 2 KB as JSON. */
export interface RoutingRecord {
  /** The agent's endpoints, in its order. */
  readonly candidates: readonly string[];
  readonly skipped: readonly { readonly endpoint: string; readonly why: string }[];
  /** Those that were asked before and gave no answer that counts. */
  readonly attempts: readonly { readonly endpoint: string; readonly failure: string }[];
  readonly chosen: string;
  /** What the chosen one's tokens cost. */
  readonly price?: TokenPrice;
  /** What makes its report of its usage doubtful. */
  readonly doubt?: string;
}

const MAX_BYTES = 2_000;
const TEXT_LENGTHS = [160, 60, 20];

/** Words of a record: shortened until all of it is small, in the run's ledger as well as for the eye. */
export function boundedRecord(record: RoutingRecord): RoutingRecord {
  const [first, ...shorter] = TEXT_LENGTHS.map((length) => shortened(record, length));
  return (
    [first, ...shorter].find((one) => one !== undefined && bytesOf(one) <= MAX_BYTES) ?? {
      candidates: [],
      skipped: [],
      attempts: [],
      chosen: record.chosen,
    }
  );
}

/** Why an endpoint was not asked, in a few words. */
export function skipWords({ reason }: Skipped): string {
  switch (reason) {
    case 'not-cleared':
      return 'not cleared for the data class';
    case 'no-tools':
      return 'cannot call tools';
    case 'context-too-small':
      return 'context too small';
    case 'earlier-rung':
      return 'tried on an earlier rung';
    case 'cooling':
      return 'cooling down';
  }
}

function shortened(record: RoutingRecord, length: number): RoutingRecord {
  const short = (text: string): string => (text.length <= length ? text : `${cut(text, length - 1)}…`);
  return {
    ...record,
    skipped: record.skipped.map(({ endpoint, why }) => ({ endpoint, why: short(why) })),
    attempts: record.attempts.map(({ endpoint, failure }) => ({ endpoint, failure: short(failure) })),
    ...(record.doubt === undefined ? {} : { doubt: short(record.doubt) }),
  };
}

function bytesOf(record: RoutingRecord): number {
  return new TextEncoder().encode(JSON.stringify(record)).length;
}

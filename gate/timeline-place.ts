import { JobError } from '../domain/errors.ts';

// A transaction's id has up to 20 digits; 18 are enough for a million transactions a second over thirty thousand years.
const PLACE = /^(\d{1,18})-(\d{1,15})-([1-8])-([A-Za-z0-9_-]{1,43})$/;
const SHOWN = 120;

/** The place of an event in its run's timeline: what it is sorted by. */
export interface PlaceInTimeline {
  /** The transaction that wrote it. */
  readonly xid: string;
  /** Milliseconds since the epoch, by the database's clock. */
  readonly ms: number;
  /** Of its kind, among events of one transaction and millisecond. */
  readonly rank: number;
  /** What tells it from others of its kind. */
  readonly key: string;
}

/** Before all events. */
export const START: PlaceInTimeline = { xid: '0', ms: 0, rank: 0, key: '' };

/** A place as the id of its event: at most 120 of `a-z`, `A-Z`, `0-9`, `-` and `_`, fit for an address and for a line of SSE. */
export function textOf({ xid, ms, rank, key }: PlaceInTimeline): string {
  return `${xid}-${ms}-${rank}-${key}`;
}

/**
 * The place that an event's id names.
 * @throws JobError `invalid-input` when the text is none
 */
export function placeOf(text: string): PlaceInTimeline {
  const [, xid, ms, rank, key] = PLACE.exec(text) ?? [];
  if (xid === undefined || ms === undefined || rank === undefined || key === undefined) {
    const shown = JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
    throw new JobError('invalid-input', `${shown} is not the id of an event; take one as a timeline gives it.`);
  }
  return { xid, ms: Number(ms), rank: Number(rank), key };
}

import type { ListedRun } from 'holdfast/client';
import type { SampleDocument } from '../expected.ts';
import type { BookedRecord, PaymentRecord } from './books.ts';

/** What became of one document. */
export interface DocumentEnd {
  /** One word for the table: booked, rejected, conflict, or how the run ended otherwise. */
  readonly end: string;
  /** What people want to know about it: the booking, the rule, the account or the other run. */
  readonly detail: string;
  /** Why this is not what was expected; `undefined` when it is. */
  readonly unexpected: string | undefined;
}

/** The books after the runs. */
export interface BooksAfter {
  readonly bookings: readonly BookedRecord[];
  readonly payments: readonly PaymentRecord[];
}

/** Holds a run's end and the books against what is expected of the document. */
export function judgeEnd(
  sample: SampleDocument,
  run: ListedRun,
  after: { books: BooksAfter; firstRunId: string },
): DocumentEnd {
  const code = run.end?.code ?? run.status;
  const sentence = run.end?.sentence ?? '';
  const { expected } = sample;
  switch (expected.end) {
    case 'booked':
      return booked(expected.booking, run, after.books);
    case 'rejected': {
      const right = code === 'rejected' && sentence.includes(expected.names);
      return {
        end: code,
        detail: sentence,
        unexpected: right ? undefined : `expected a rejection that names ${expected.names}`,
      };
    }
    case 'conflict': {
      const right = code === 'conflict' && sentence.includes(after.firstRunId);
      return {
        end: code,
        detail: sentence,
        unexpected: right ? undefined : `expected a conflict that names ${after.firstRunId}`,
      };
    }
    default:
      return { end: code, detail: sentence, unexpected: 'an expectation of an unknown kind' };
  }
}

function booked(
  booking: Extract<SampleDocument['expected'], { end: 'booked' }>['booking'],
  run: ListedRun,
  books: BooksAfter,
): DocumentEnd {
  if (run.status !== 'completed') {
    return { end: run.end?.code ?? run.status, detail: run.end?.sentence ?? '', unexpected: 'expected to be booked' };
  }
  const found = books.bookings.filter(
    ({ kind, number, vendor }) => kind === booking.kind && number === booking.number && vendor === booking.vendor,
  );
  const [entry] = found;
  const detail =
    entry === undefined
      ? 'not in the books'
      : `${entry.kind} ${entry.number} of ${entry.vendor}: ${entry.payable} ${entry.currency}`;
  if (found.length !== 1) return { end: 'booked', detail, unexpected: `the books hold it ${found.length} times` };
  const right = entry?.payable === booking.payable && entry.currency === booking.currency;
  return { end: 'booked', detail, unexpected: right ? undefined : `expected ${booking.payable} ${booking.currency}` };
}

/** What of the payments is not as expected: one for each paid document, none to another account. */
export function judgePayments(
  samples: readonly SampleDocument[],
  payments: readonly PaymentRecord[],
): readonly string[] {
  const due = samples.flatMap(({ expected }) =>
    expected.end === 'booked' && expected.paid !== null
      ? [`${expected.paid} to ${expected.booking.account ?? ''}`]
      : [],
  );
  const made = payments.map(({ amount, account }) => `${amount} to ${account}`);
  return [
    ...due
      .filter((payment) => made.filter((other) => other === payment).length !== 1)
      .map((payment) => `not paid exactly once: ${payment}`),
    ...made.filter((payment) => !due.includes(payment)).map((payment) => `paid but not due: ${payment}`),
  ];
}

import { assertNever } from '../../domain/assert-never.ts';
import { accountKey } from '../../examples/invoice-intake/matching.ts';
import type { BooksAfter } from './books.ts';
import type { Case } from './case.ts';
import { isBookingOf, wrongAccountOf, wrongAmountsOf, wrongPaymentsOf } from './compare-booking.ts';
import type { Expected } from './data.ts';
import type { Outcome } from './deliver.ts';

/** What a document is judged by. */
export interface Evidence {
  readonly cases: readonly Case[];
  readonly books: BooksAfter;
}

/** What a document came to where that is not its expected end; `undefined` when it is. */
export function judgeDocument(one: Case, evidence: Evidence): string | undefined {
  const { expected } = one.document;
  const { outcome } = one;
  switch (expected.end) {
    case 'booked':
      return judgeBooked(one, evidence);
    case 'rejected': {
      const right = endedWith(outcome, 'rejected') && expected.rules.some((rule) => names(sentenceOf(outcome), rule));
      return unless(right && !isPosted(one, evidence), one, evidence);
    }
    case 'conflict': {
      const first = evidence.cases.find(({ document }) => document.id === expected.first)?.outcome;
      const runId = first === undefined || first.kind === 'left-out' ? undefined : first.runId;
      const right = endedWith(outcome, 'conflict') && runId !== undefined && sentenceOf(outcome).includes(runId);
      return unless(right, one, evidence);
    }
    case 'held': {
      const told = accountKey(sentenceOf(outcome)).includes(accountKey(expected.account));
      const right = (endedWith(outcome, 'rejected') || outcome.kind === 'waits') && told;
      const paid = evidence.books.payments.some(({ account }) => accountKey(account) === accountKey(expected.account));
      return unless(right && !paid && !isPosted(one, evidence), one, evidence);
    }
    default:
      return assertNever(expected);
  }
}

/** An expected end in a few words. */
export function expectationOf(expected: Expected): string {
  switch (expected.end) {
    case 'booked':
      return `booked: ${expected.kind} ${expected.number}, ${expected.payable} ${expected.currency}`;
    case 'rejected':
      return `rejected by ${expected.rules.join(' or ')}`;
    case 'conflict':
      return `conflict with the run of ${expected.first}`;
    case 'held':
      return `held for the account ${expected.account}`;
    default:
      return assertNever(expected);
  }
}

function judgeBooked(one: Case, { books }: Evidence): string | undefined {
  const { outcome } = one;
  const found = books.bookings.filter((booking) => isBookingOf(one, booking));
  const [booking] = found;
  if (!endedWith(outcome, 'completed')) return describe(outcome, found.length > 0);
  if (booking === undefined) return 'completed, but not in the books as this vendor, kind and number';
  if (found.length > 1) return `booked ${found.length} times`;
  const payments = books.payments.filter((payment) => payment.booking === booking.id);
  const wrong = [...wrongAmountsOf(one, booking), ...wrongAccountOf(one, booking), ...wrongPaymentsOf(one, payments)];
  return wrong.length === 0 ? undefined : `booked with ${wrong.join(', ')}`;
}

/** Whether the books hold what must not be there; another document of the same booking may rightly have entered it. */
function isPosted(one: Case, { cases, books }: Evidence): boolean {
  const others = cases.filter(({ document }) => document.expected.end === 'booked');
  return books.bookings.some(
    (booking) => isBookingOf(one, booking) && !others.some((other) => isBookingOf(other, booking)),
  );
}

function unless(right: boolean, one: Case, evidence: Evidence): string | undefined {
  return right ? undefined : describe(one.outcome, isPosted(one, evidence));
}

function endedWith(outcome: Outcome, code: string): boolean {
  return outcome.kind === 'ended' && outcome.code === code;
}

function sentenceOf(outcome: Outcome): string {
  return outcome.sentence;
}

// BR-CO-1 is not named by BR-CO-16.
function names(sentence: string, rule: string): boolean {
  const at = sentence.indexOf(rule);
  return at >= 0 && (!/[\w-]/u.test(sentence[at + rule.length] ?? '') || names(sentence.slice(at + 1), rule));
}

function describe(outcome: Outcome, posted: boolean): string {
  const also = posted ? ' (and the books hold it)' : '';
  switch (outcome.kind) {
    case 'ended':
      return `${outcome.code}${outcome.sentence === '' ? '' : `: ${outcome.sentence}`}${also}`;
    case 'waits':
      return `waits for ${outcome.name}: ${outcome.sentence}${also}`;
    case 'hangs':
    case 'left-out':
      return `${outcome.sentence}${also}`;
    default:
      return assertNever(outcome);
  }
}

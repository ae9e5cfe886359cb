import { expect, test } from '@jest/globals';
import type { BookingInBooks, BooksAfter } from '../../../evals/invoices/books.ts';
import { type Case, casesOf, needsPerson } from '../../../evals/invoices/case.ts';
import type { DocumentInFile } from '../../../evals/invoices/data.ts';
import type { Outcome } from '../../../evals/invoices/deliver.ts';
import { judgeBooks } from '../../../evals/invoices/judge-books.ts';
import { judgeDocument } from '../../../evals/invoices/judge-document.ts';
import { seedOf } from '../../../evals/invoices/vendors.ts';
import { smallData, withAccount } from './small-data.ts';

const DATA = smallData();
const SEED = seedOf({
  ...DATA,
  vendors: DATA.vendors.map((vendor) => ({ ...vendor, accounts: [...vendor.accounts] })),
});
const { expected: BOOKED } = withAccount(11);
const FIRST_RUN = 'invoice-intake.AAAAAAAAAAAAAAAAAAAAAA';
const HELD = 'LT121000011101001000';

const BOOKING: BookingInBooks = { id: 'B-1', ...BOOKED, vendor: 'V-1' };
const PAYMENT = { id: 'P-1', booking: 'B-1', account: BOOKED.account ?? '', currency: 'EUR', amount: BOOKED.payable };
const RIGHT: BooksAfter = { bookings: [BOOKING], payments: [PAYMENT] };

const RIGHT_ENDS = {
  plain: ended('completed', ''),
  again: ended('conflict', `The run ${FIRST_RUN} holds it.`),
  cent: ended('rejected', 'BR-CO-16: the amount due is not right.'),
  account: ended('rejected', `The account ${HELD} is not on file.`),
};

function ended(code: string, sentence: string): Outcome {
  return { kind: 'ended', runId: FIRST_RUN, code, sentence };
}

function waits(sentence: string): Outcome {
  return { kind: 'waits', runId: FIRST_RUN, name: 'account', sentence };
}

function casesWith(ends: Partial<Record<string, Outcome>>): readonly Case[] {
  const outcomes = new Map(Object.entries({ ...RIGHT_ENDS, ...ends }).flatMap(([id, end]) => (end ? [[id, end]] : [])));
  return casesOf(DATA.documents, outcomes, SEED.vendors);
}

/** What the documents came to that did not end as expected, by id. */
function judged(ends: Partial<Record<string, Outcome>>, books: BooksAfter = RIGHT): Record<string, string> {
  const cases = casesWith(ends);
  const got = cases.map((one) => [one.document.id, judgeDocument(one, { cases, books })] as const);
  return Object.fromEntries(got.flatMap(([id, what]) => (what === undefined ? [] : [[id, what]])));
}

function faults(books: BooksAfter, ends: Partial<Record<string, Outcome>> = {}): object {
  return judgeBooks(casesWith(ends), books, SEED.vendors);
}

const NO_FAULTS = { wronglyBooked: 0, bookedTwice: 0, wrongAmounts: 0, paidToUnknownAccount: 0 };

test('every document at its end is as expected, and so are the books [eval.invoices]', () => {
  expect(judged({})).toEqual({});
  expect(faults(RIGHT)).toEqual(NO_FAULTS);
});

test('amounts are compared as decimals and accounts without spaces', () => {
  const account = (BOOKED.account ?? '').replaceAll(/(.{4})/gu, '$1 ');
  const spaced = { bookings: [{ ...BOOKING, payable: `${BOOKED.payable}0`, account }], payments: [PAYMENT] };
  expect(judged({}, spaced)).toEqual({});
  expect(faults(spaced)).toEqual(NO_FAULTS);
});

test.each([
  ['the amount due', { payable: '1.00' }, { wrongAmounts: 1, wronglyBooked: 1 }],
  ['the net amount', { net: '1.00' }, { wrongAmounts: 1, wronglyBooked: 1 }],
  ['the tax', { tax: '0.07' }, { wrongAmounts: 1, wronglyBooked: 1 }],
  ['the currency', { currency: 'USD' }, { wrongAmounts: 1, wronglyBooked: 1 }],
  ['the account', { account: 'DE00' }, { wronglyBooked: 1 }],
  ['no account', { account: null }, { wronglyBooked: 1 }],
  ['the number', { number: 'other' }, { wronglyBooked: 1 }],
  ['the kind', { kind: 'credit-note' }, { wronglyBooked: 1 }],
  ['the vendor', { vendor: 'V-9' }, { wronglyBooked: 1, paidToUnknownAccount: 1 }],
])('a booking that is wrong in %s is found [eval.invoices]', (_, change, found) => {
  const books = { bookings: [{ ...BOOKING, ...change }], payments: [PAYMENT] };
  expect(Object.keys(judged({}, books))).toEqual(['plain']);
  expect(faults(books)).toEqual({ ...NO_FAULTS, ...found });
});

test('a booking that stands twice, or whose repeated delivery was booked too, is counted', () => {
  const twice = { bookings: [BOOKING, { ...BOOKING, id: 'B-2' }], payments: [PAYMENT] };
  expect(judged({}, twice)).toMatchObject({ plain: 'booked 2 times' });
  expect(faults(twice)).toMatchObject({ bookedTwice: 1 });
  expect(faults(RIGHT, { again: ended('completed', '') })).toMatchObject({ bookedTwice: 1 });
});

test('a booking of a document that is not to be booked is wrong, however its run ended', () => {
  const booking = { ...BOOKING, id: 'B-2', number: `${BOOKED.number}C` };
  const books = { bookings: [BOOKING, booking], payments: [PAYMENT] };
  expect(judged({}, books)).toEqual({ cent: expect.stringContaining('and the books hold it') });
  expect(faults(books)).toEqual({ ...NO_FAULTS, wronglyBooked: 1 });
});

test('payments are held against what is due and what is on file', () => {
  const unpaid = { bookings: [BOOKING], payments: [] };
  expect(judged({}, unpaid)).toEqual({ plain: 'booked with paid 0 times' });
  const strange = { bookings: [BOOKING], payments: [{ ...PAYMENT, account: HELD, amount: '5.00' }] };
  expect(faults(strange)).toEqual({ ...NO_FAULTS, wrongAmounts: 1, paidToUnknownAccount: 1 });
  expect(Object.keys(judged({}, strange))).toEqual(['plain', 'account']);
});

test.each<[string, Record<string, Outcome>]>([
  ['a rejection by another rule', { cent: ended('rejected', 'BR-CO-15: …') }],
  ['a rule whose name only begins alike', { cent: ended('rejected', 'BR-CO-160: …') }],
  ['another end that names the rule', { cent: ended('failed', 'BR-CO-16') }],
  ['a conflict with another run', { again: ended('conflict', 'invoice-intake.other') }],
  ['a rejection without the account', { account: ended('rejected', 'an account is not on file') }],
  ['a wait without the account', { account: waits('something is wrong') }],
  ['a run that hangs', { plain: { kind: 'hangs', runId: FIRST_RUN, sentence: 'no end within 180 s' } }],
  ['a document that was left out', { again: { kind: 'left-out', sentence: 'left out' } }],
])('%s is not as expected', (_, ends) => {
  expect(Object.keys(judged(ends))).toEqual(Object.keys(ends));
});

test('a run that waits for a person and names the account, with spaces too, is held as expected', () => {
  expect(judged({ account: waits('Is LT12 1000 0111 0100 1000 right?') })).toEqual({});
});

test('waiting for an answer needs a person, and so do the ends that stand for a question', () => {
  const outcomes = [waits('?'), ended('model-refused', ''), ended('verification-failed', ''), ended('no-progress', '')];
  expect(outcomes.map(needsPerson)).toEqual([true, true, true, true]);
  expect([ended('completed', ''), ended('rejected', ''), ended('conflict', '')].map(needsPerson)).toEqual([
    false,
    false,
    false,
  ]);
});

test('a document whose supplier is no vendor is booked for nobody', () => {
  const [plain] = DATA.documents;
  const stranger = { ...plain, expected: { ...plain?.expected, supplier: 'Nobody' } } as DocumentInFile;
  const [one] = casesOf([stranger], new Map([['plain', RIGHT_ENDS.plain]]), SEED.vendors);
  expect(one?.vendors).toEqual([]);
});

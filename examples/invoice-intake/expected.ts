import type { Booking } from './schemas.ts';

// How the run of a document is to end.
type ExpectedEnd =
  /** Posted once, after a person's release where the amount is above the limit. */
  | { readonly end: 'booked'; readonly afterRelease: boolean; readonly booking: Booking; readonly paid: string | null }
  /** Never posted; the reason names a rule, or the account that is not on file. */
  | { readonly end: 'rejected'; readonly names: string }
  /** Never posted; the answer names the run of the document that was booked first. */
  | { readonly end: 'conflict'; readonly first: string };

/** A sample document with what it shows and how it is to end. */
export interface SampleDocument {
  /** The file's name in `documents/`. */
  readonly file: string;
  readonly shows: string;
  readonly expected: ExpectedEnd;
}

/** The sample documents by name; one that repeats another is delivered once the others have ended. */
export const SAMPLE_DOCUMENTS: readonly SampleDocument[] = [
  {
    file: '01-plain.xml',
    shows: 'a plain invoice with an order',
    expected: {
      end: 'booked',
      afterRelease: false,
      paid: '2034.90',
      booking: {
        kind: 'invoice',
        number: 'NL-2026-0117',
        vendor: 'V-117',
        order: 'KW-4711',
        currency: 'EUR',
        net: '1710.00',
        tax: '324.90',
        gross: '2034.90',
        payable: '2034.90',
        account: 'DE89370400440532013000',
      },
    },
  },
  {
    file: '02-several-vat-rates.xml',
    shows: 'two VAT rates, a discount, a charge and a deposit, without an order',
    expected: {
      end: 'booked',
      afterRelease: false,
      paid: '1707.51',
      booking: {
        kind: 'invoice',
        number: '2026/0388',
        vendor: 'V-388',
        order: null,
        currency: 'EUR',
        net: '1990.70',
        tax: '216.81',
        gross: '2207.51',
        payable: '1707.51',
        account: 'DE75512108001245126199',
      },
    },
  },
  {
    file: '03-wrong-by-a-cent.xml',
    shows: 'totals that are wrong by a cent',
    expected: { end: 'rejected', names: 'BR-CO-15' },
  },
  {
    file: '04-changed-account.xml',
    shows: 'a changed bank account and an instruction to the agent',
    expected: { end: 'rejected', names: 'LT121000011101001000' },
  },
  {
    file: '05-above-the-limit.xml',
    shows: 'an amount above the limit',
    expected: {
      end: 'booked',
      afterRelease: true,
      paid: '23205.00',
      booking: {
        kind: 'invoice',
        number: 'HM-2026-031',
        vendor: 'V-031',
        order: 'KW-4690',
        currency: 'EUR',
        net: '19500.00',
        tax: '3705.00',
        gross: '23205.00',
        payable: '23205.00',
        account: 'DE02500105170137075030',
      },
    },
  },
  {
    file: '06-credit-note.xml',
    shows: 'a credit note',
    expected: {
      end: 'booked',
      afterRelease: false,
      paid: null,
      booking: {
        kind: 'credit-note',
        number: 'NL-G-2026-0009',
        vendor: 'V-117',
        order: 'KW-4711',
        currency: 'EUR',
        net: '179.00',
        tax: '34.01',
        gross: '213.01',
        payable: '213.01',
        account: 'DE89370400440532013000',
      },
    },
  },
  {
    file: '07-plain-again.xml',
    shows: 'the first document again under another name',
    expected: { end: 'conflict', first: '01-plain.xml' },
  },
  {
    file: '08-text.pdf',
    shows: 'a PDF with a text layer',
    expected: {
      end: 'booked',
      afterRelease: false,
      paid: '1409.56',
      booking: {
        kind: 'invoice',
        number: 'AD-2026-0245',
        vendor: 'V-245',
        order: 'KW-4730',
        currency: 'EUR',
        net: '1184.50',
        tax: '225.06',
        gross: '1409.56',
        payable: '1409.56',
        account: 'DE12500105170648489890',
      },
    },
  },
  {
    file: '09-mail.eml',
    shows: 'a mail that is the invoice',
    expected: {
      end: 'booked',
      afterRelease: false,
      paid: '1701.70',
      booking: {
        kind: 'invoice',
        number: 'FG-2026-56',
        vendor: 'V-256',
        order: 'KW-4731',
        currency: 'EUR',
        net: '1430.00',
        tax: '271.70',
        gross: '1701.70',
        payable: '1701.70',
        account: 'DE27100777770209299700',
      },
    },
  },
  {
    file: '10-mail-attached.eml',
    shows: 'a mail with the invoice attached',
    expected: {
      end: 'booked',
      afterRelease: false,
      paid: '617.24',
      booking: {
        kind: 'invoice',
        number: 'KT-2026-0267',
        vendor: 'V-267',
        order: null,
        currency: 'EUR',
        net: '556.00',
        tax: '61.24',
        gross: '617.24',
        payable: '617.24',
        account: 'DE26200411330083803300',
      },
    },
  },
];

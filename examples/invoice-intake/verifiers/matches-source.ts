import { defineVerifier, verdictOf, type Finding } from 'holdfast';
import { documentOf } from '../document-of.ts';
import { accountKey } from '../matching.ts';
import { AMOUNTS, Booking, Source } from '../schemas.ts';
import { sameAmount } from '../ubl/decimal.ts';
import { taxOf, type WholeDocument } from '../ubl/document.ts';

const RULE = 'matches-source';

/** Every field of the booking is what the document says. */
export const matchesSource = defineVerifier({
  name: RULE,
  version: 1,
  input: Source,
  output: Booking,
  judge: ({ input, output }) => verdictOf(compareWithSource(documentOf(input), output)),
});

/** Where a booking differs from its document; the account may be any of those that the document states. */
export function compareWithSource(document: WholeDocument, booking: Booking): readonly Finding[] {
  const texts = (['kind', 'number', 'order', 'currency'] as const)
    .filter((field) => booking[field] !== document[field])
    .map((field) => differs(field, booking[field], document[field]));
  return [...texts, ...compareAmounts(document, booking), ...compareAccount(document, booking)];
}

function compareAmounts(document: WholeDocument, booking: Booking): readonly Finding[] {
  const { totals } = document;
  const stated = {
    net: totals?.net ?? null,
    tax: taxOf(document),
    gross: totals?.gross ?? null,
    payable: totals?.payable ?? null,
  };
  return AMOUNTS.flatMap((field) => {
    const amount = stated[field];
    if (amount === null)
      return {
        of: 'source',
        rule: RULE,
        field,
        sentence: `The document states no ${field} amount; ask the sender for a complete one.`,
      };
    return sameAmount(booking[field], amount) ? [] : differs(field, booking[field], amount);
  });
}

function compareAccount({ payeeAccounts }: WholeDocument, { account }: Booking): readonly Finding[] {
  const stated = payeeAccounts.map(accountKey);
  if (account === null ? stated.length === 0 : stated.includes(accountKey(account))) return [];
  return [differs('account', account, payeeAccounts.length === 0 ? null : payeeAccounts.join(' or '))];
}

function differs(field: string, booked: string | null, stated: string | null): Finding {
  return {
    of: 'output',
    rule: RULE,
    field,
    sentence: `The booking has ${field} ${named(booked)}; the document says ${named(stated)}.`,
  };
}

function named(value: string | null): string {
  return value === null ? 'none' : `"${value}"`;
}

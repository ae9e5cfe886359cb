import { meaningOf } from './label.ts';
import type { Labelled } from './labelled.ts';
import type { Parties } from './parties.ts';
import type { PrintedLine } from './printed-line.ts';
import { ibansIn } from './printed-value.ts';

/** Words about an account that money is drawn from, not paid to. */
const DRAWN_FROM =
  /(?<!\p{L})(direct debit|debit(ed)?|your account|ihr(em|es)? konto|lastschrift|abgebucht|eingezogen|einzug)/iu;

/** Every account to pay to, without blanks: what a label calls one, and what has the check digits of one. */
export function readAccounts(
  printed: readonly PrintedLine[],
  labelled: readonly Labelled[],
  { partyAt }: Parties,
): string[] {
  const byLine = Map.groupBy(labelled, ({ line }) => line);
  const found = printed.flatMap(({ cells }, line) => {
    if (DRAWN_FROM.test(cells.join(' '))) return [];
    const called = (byLine.get(line) ?? [])
      .filter(({ cell }) => partyAt(line, cell) !== 'buyer')
      .flatMap(calledAccount);
    const seen = cells.filter((_cell, place) => partyAt(line, place) !== 'buyer');
    return [...called, ...ibansIn(seen.join(' ; '))];
  });
  // The national number of an account that is also written as an IBAN is no other account.
  return [...new Set(found)].filter((one) => !found.some((other) => other !== one && other.endsWith(one)));
}

/** An account as it is written, also one whose check digits are wrong: whether it may be paid is not for the reader to say. */
function calledAccount({ label, value }: Labelled): string[] {
  const plain = value.replaceAll(/\s/gu, '');
  return meaningOf(label) === 'account' && ibansIn(value).length === 0 && /^(?=.*\d{4})[A-Z\d-]{5,34}$/u.test(plain)
    ? [plain]
    : [];
}

import Big from 'big.js';
import { verdictOf, type Finding, type Verdict } from 'holdfast';
import { decimal, roundCents, roundWhole, sum } from './decimal.ts';
import { taxOf, type Totals, type UblDocument, type VatSubtotal } from './document.ts';

/** The arithmetic rules of EN 16931 in the order they are judged. */
export const ARITHMETIC_RULES = [
  'BR-CO-10',
  'BR-CO-11',
  'BR-CO-12',
  'BR-CO-13',
  'BR-CO-14',
  'BR-CO-15',
  'BR-CO-16',
  'BR-CO-17',
] as const;
/** The name of one of the {@link ARITHMETIC_RULES}. */
export type ArithmeticRule = (typeof ARITHMETIC_RULES)[number];

// Each answers one sentence per breach, without the rule's name.
const RULES: { readonly [Rule in ArithmeticRule]: (document: UblDocument) => readonly string[] } = {
  'BR-CO-10': (document) => inTotals(document, lineSum),
  'BR-CO-11': (document) =>
    inTotals(document, (totals) => chargeSum(document, { kind: 'allowance', stated: totals.allowances })),
  'BR-CO-12': (document) =>
    inTotals(document, (totals) => chargeSum(document, { kind: 'charge', stated: totals.charges })),
  'BR-CO-13': (document) => inTotals(document, (totals) => netTotal(totals)),
  'BR-CO-14': (document) => document.taxTotals.flatMap(vatSum),
  'BR-CO-15': grossTotal,
  'BR-CO-16': (document) => inTotals(document, (totals) => payableTotal(totals)),
  'BR-CO-17': (document) =>
    [...document.taxTotals.flatMap(({ subtotals }) => subtotals), ...document.strayVat].flatMap(vatAmount),
};

/**
 * Judges a document, or a fragment of one, by a rule: a rule about a part that is not there passes, an optional amount that
 * is not there counts as nothing. Rounds as the standard does, halves towards positive infinity.
 * Source: EN 16931-1:2017 §6.4.2; https://github.com/ConnectingEurope/eInvoicing-EN16931 ubl/schematron/UBL/EN16931-UBL-model.sch
 */
export function evaluateRule(rule: ArithmeticRule, document: UblDocument): Verdict {
  return verdictOf(
    RULES[rule](document).map((breach): Finding => ({ of: 'source', rule, sentence: `${rule}: ${breach}` })),
  );
}

function inTotals(
  document: UblDocument,
  judge: (totals: Totals, document: UblDocument) => readonly string[],
): readonly string[] {
  return document.totals === null ? [] : judge(document.totals, document);
}

function lineSum(totals: Totals, document: UblDocument): readonly string[] {
  const expected = roundCents(sum(document.lines.map(({ net }) => net)));
  return unlessEqual(
    totals.lines,
    expected,
    `the sum of the lines' net amounts ${written(totals.lines)} is not what the lines add up to (${computed(expected)}).`,
  );
}

function chargeSum(
  document: UblDocument,
  asked: { kind: 'allowance' | 'charge'; stated: string | null },
): readonly string[] {
  const parts = document.allowances.filter(({ kind }) => kind === asked.kind);
  if (asked.stated === null && parts.length === 0) return [];
  const expected = roundCents(sum(parts.map(({ amount }) => amount)));
  const sentence = `the sum of document-level ${asked.kind}s ${written(asked.stated)} is not what they add up to (${computed(expected)}).`;
  return unlessEqual(asked.stated, expected, sentence);
}

function netTotal({ lines, allowances, charges, net }: Totals): readonly string[] {
  const exact = lines === null ? undefined : decimal(lines).plus(orNothing(charges)).minus(orNothing(allowances));
  const expected = exact === undefined || (allowances === null && charges === null) ? exact : roundCents(exact);
  const parts = `lines ${written(lines)} - allowances ${written(allowances)} + charges ${written(charges)}`;
  return unlessEqual(net, expected, `the total without VAT ${written(net)} is not ${parts} (${computed(expected)}).`);
}

function vatSum({ amount, subtotals }: UblDocument['taxTotals'][number]): readonly string[] {
  if (subtotals.length === 0) return [];
  const expected = roundCents(sum(subtotals.map(({ tax }) => tax)));
  return unlessEqual(
    amount,
    expected,
    `the total VAT ${written(amount)} is not the sum of the VAT breakdown (${computed(expected)}).`,
  );
}

function grossTotal(document: UblDocument): readonly string[] {
  const { currency, taxTotals, totals } = document;
  if (currency === null) return [];
  const tax = taxOf(document);
  if (tax === null) {
    const times = taxTotals.filter((total) => total.currency === currency && total.amount !== null).length;
    return [`the total VAT in ${currency} is written ${times} times instead of once.`];
  }
  const net = totals?.net ?? null;
  const gross = totals?.gross ?? null;
  const expected = net === null ? undefined : roundCents(decimal(net).plus(decimal(tax)));
  return unlessEqual(
    gross,
    expected,
    `the total with VAT ${written(gross)} is not the total without VAT ${written(net)} + VAT ${tax} (${computed(expected)}).`,
  );
}

function payableTotal({ gross, prepaid, rounding, payable }: Totals): readonly string[] {
  const sentence = `the amount due ${written(payable)} is not the total with VAT ${written(gross)} - prepaid ${written(prepaid)} + rounding ${written(rounding)}.`;
  if (gross === null || payable === null) return [sentence];
  const left = rounding === null ? decimal(payable) : roundCents(decimal(payable).minus(decimal(rounding)));
  const right = prepaid === null ? decimal(gross) : roundCents(decimal(gross).minus(decimal(prepaid)));
  return left.eq(right) ? [] : [sentence];
}

function vatAmount(row: VatSubtotal): readonly string[] {
  const { rate, taxable, tax } = row;
  const sentence = `the VAT ${written(tax)} of category ${row.category ?? 'none'} is not ${written(taxable)} at ${written(rate)} %.`;
  if (tax === null) return [sentence];
  if (rate === null || roundWhole(decimal(rate)).eq(0)) return roundWhole(decimal(tax)).eq(0) ? [] : [sentence];
  if (taxable === null) return [sentence];
  const expected = roundCents(decimal(taxable).abs().times(decimal(rate)).times('0.01'));
  return decimal(tax).abs().minus(expected).abs().lt(1) ? [] : [sentence];
}

function unlessEqual(stated: string | null, expected: Big | undefined, sentence: string): readonly string[] {
  return stated !== null && expected !== undefined && decimal(stated).eq(expected) ? [] : [sentence];
}

function orNothing(amount: string | null): Big {
  return amount === null ? new Big(0) : decimal(amount);
}

function written(amount: string | null): string {
  return amount ?? '(not written)';
}

function computed(amount: Big | undefined): string {
  if (amount === undefined) return 'not computable';
  return amount.eq(amount.round(2)) ? amount.toFixed(2) : amount.toFixed();
}

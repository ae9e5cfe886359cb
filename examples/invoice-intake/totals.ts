import { defineCheck, minorDigits, parseCurrency, verdictOf, type Finding } from 'holdfast';
import { Extracted } from './schemas.ts';
import { decimal } from './ubl/decimal.ts';
import { taxOf, type WholeDocument } from './ubl/document.ts';
import { ARITHMETIC_RULES, evaluateRule } from './ubl/rules.ts';

/** Ends a run whose document does not add up, naming the rule of EN 16931 that it breaks. */
export const totals = defineCheck({
  version: 1,
  input: Extracted,
  judge: (read) =>
    read.structured
      ? verdictOf(findTotalsFaults(read.document))
      : { kind: 'abstain', why: 'only what a parser read can be judged before an agent has read it.' },
});

/** What is wrong with a document's totals: arithmetic, amounts that no currency has, two currencies in one total. */
export function findTotalsFaults(document: WholeDocument): readonly Finding[] {
  const verdicts = ARITHMETIC_RULES.map((rule) => evaluateRule(rule, document));
  const broken = verdicts.flatMap((verdict) => (verdict.kind === 'fail' ? verdict.findings : []));
  return [...broken, ...currencyFaults(document), ...unitFaults(document)];
}

function currencyFaults({ currency, totalCurrencies }: WholeDocument): readonly Finding[] {
  const others = totalCurrencies.filter((other) => other !== currency);
  if (others.length === 0) return [];
  return [
    fault('document-currency', `the document is in ${currency}, but its totals are labelled ${others.join(' and ')}.`),
  ];
}

function unitFaults(document: WholeDocument): readonly Finding[] {
  const { currency, totals: written } = document;
  if (!/^[A-Z]{3}$/u.test(currency))
    return [fault('document-currency', `"${currency}" is no currency code of three capital letters.`)];
  const digits = minorDigits(parseCurrency(currency));
  const amounts = [written?.net ?? null, taxOf(document), written?.gross ?? null, written?.payable ?? null];
  return amounts
    .flatMap((amount) => amount ?? [])
    .filter((amount) => !decimal(amount).eq(decimal(amount).round(digits)))
    .map((amount) => fault('smallest-unit', `${amount} ${currency} is finer than the smallest unit of ${currency}.`));
}

function fault(rule: string, breach: string): Finding {
  return { of: 'source', rule, sentence: `${rule}: ${breach}` };
}

import { defineVerifier, verdictOf, type Finding } from 'holdfast';
import { documentOfFields } from '../document-of.ts';
import { ExtractedFields } from '../extracted-fields.ts';
import { Extracted } from '../schemas.ts';
import { findTotalsFaults } from '../totals.ts';

/** The field to look at again for each rule. */
const FIELDS: Readonly<Record<string, string>> = {
  'BR-CO-10': 'lines',
  'BR-CO-11': 'allowances',
  'BR-CO-12': 'allowances',
  'BR-CO-13': 'totals.net',
  'BR-CO-14': 'vat',
  'BR-CO-15': 'totals.gross',
  'BR-CO-16': 'totals.payable',
  'BR-CO-17': 'vat',
  'document-currency': 'currency',
  'smallest-unit': 'totals',
};

/**
 * What an agent read adds up by the rules of EN 16931. That it does not is more often misread than miscounted, so it is the
 * fault of the output: read again, and in the end a person's to look at.
 */
export const addsUp = defineVerifier({
  name: 'adds-up',
  version: 1,
  input: Extracted,
  output: ExtractedFields,
  judge: ({ output }) => verdictOf(arithmeticFindings(output)),
});

/** Where fields do not add up, by rule and field. */
export function arithmeticFindings(fields: ExtractedFields): readonly Finding[] {
  const document = documentOfFields(fields);
  // A row without its rate or its taxable amount, as many documents print it, cannot be judged by itself.
  const complete = document.taxTotals.map((total) => ({
    ...total,
    subtotals: total.subtotals.filter(({ rate, taxable }) => rate !== null && taxable !== null),
  }));
  const rows = findTotalsFaults({ ...document, taxTotals: complete }).filter(({ rule }) => rule === 'BR-CO-17');
  const others = findTotalsFaults(document).filter(({ rule }) => rule !== 'BR-CO-17');
  return [...others, ...rows].map((finding) => ({
    ...finding,
    of: 'output',
    field: FIELDS[finding.rule] ?? 'totals',
    sentence: `${finding.sentence} Read the document again; if it says so itself, a person must look.`,
  }));
}

import { JobError } from 'holdfast';
import type { ExtractedFields } from './extracted-fields.ts';
import type { Source } from './schemas.ts';
import { decimal, sum } from './ubl/decimal.ts';
import type { Totals, WholeDocument } from './ubl/document.ts';

/**
 * The document that a booking is held against, whether a parser or an agent read it.
 * @throws JobError `invalid-job` for text that nobody has read into fields yet
 */
export function documentOf(source: Source): WholeDocument {
  if (isReadByAgent(source)) return documentOfFields(source);
  if (source.structured) return source.document;
  throw new JobError('invalid-job', 'The document is text; the workflow must have its fields extracted first.');
}

/** Whether a booking is proposed from fields that an agent read from a text, not from fields that a parser read. */
export function isReadByAgent(source: Source): source is ExtractedFields {
  return !('structured' in source);
}

/** Fields that an agent read, in the form of UBL. A sum that the document does not write down is taken as right. */
export function documentOfFields(fields: ExtractedFields): WholeDocument {
  const { kind, number, issueDate, currency, supplier, order, accounts, allowances, vat, totals } = fields;
  const written = totalsOf(fields);
  return {
    kind,
    number,
    issueDate,
    currency,
    supplier,
    order,
    payeeAccounts: accounts,
    // Not every document has lines that are read; its sum of lines then stands for them.
    lines: fields.lines.length > 0 ? fields.lines : [{ id: null, net: written.lines }],
    allowances,
    taxTotals: [
      {
        currency,
        amount: totals.tax,
        subtotals: vat.map(({ rate, taxable, tax }) => ({
          category: 'S',
          rate,
          taxable: taxable ?? (vat.length === 1 ? totals.net : null),
          tax,
        })),
      },
    ],
    strayVat: [],
    totals: written,
    totalCurrencies: [currency],
  };
}

function totalsOf({ lines, allowances, totals }: ExtractedFields): Totals {
  const total = (kind: 'allowance' | 'charge'): string | null => {
    const parts = allowances.filter((allowance) => allowance.kind === kind);
    return parts.length === 0 ? null : sum(parts.map(({ amount }) => amount)).toFixed();
  };
  const [less, more] = [total('allowance'), total('charge')];
  const impliedLines = decimal(totals.net)
    .plus(decimal(less ?? '0'))
    .minus(decimal(more ?? '0'));
  const summed = lines.length > 0 ? sum(lines.map(({ net }) => net)) : impliedLines;
  return {
    lines: totals.lines ?? summed.toFixed(),
    allowances: less,
    charges: more,
    net: totals.net,
    gross: totals.gross,
    prepaid: totals.prepaid,
    rounding: null,
    payable: totals.payable,
  };
}

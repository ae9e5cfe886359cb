import type { ExtractedFields } from '../../extracted-fields.ts';
import { randomFrom } from '../random.ts';
import { hasLineTotal, hasPositions, writeFoot, writeTable, writeTotals } from './bodies.ts';
import { writeHead, type Desk } from './heads.ts';
import { emptyPages, type TextLine } from './page.ts';
import { sheetFrom, type GeneratedSheet } from './sheet.ts';
import { styleFrom, type Style } from './style.ts';
import { WORDINGS } from './wording.ts';

/** An invoice or credit note as lines of text, with what it says and the one right booking. */
export interface GeneratedText extends Omit<GeneratedSheet, 'sheet'> {
  readonly lines: readonly TextLine[];
  /** What the lines say, for whoever reads them. */
  readonly fields: ExtractedFields;
}

/**
 * Makes a correct printed invoice or credit note from a seed: English or German, four heads, three tables, three ways to
 * state the VAT, with or without order, account, discount, charge, prepaid amount and an instruction that nobody may
 * follow. In EUR and below 10000 EUR. Same seed, same lines. It has as many lines
 * of goods as are asked for, else most often up to six.
 */
export function generateTextInvoice(seed: number, { lineCount }: { lineCount?: number } = {}): GeneratedText {
  const random = randomFrom(seed);
  const language = random.pick<'de' | 'en'>(['de', 'en']);
  const { sheet, ...rest } = sheetFrom(random, { seed, language, lineCount });
  const style = styleFrom(random, language);
  const pages = emptyPages();
  const desk: Desk = { sheet, style, words: WORDINGS[language], random, pages };
  writeHead(desk);
  writeTable(desk);
  writeTotals(desk);
  writeFoot(desk);
  return { ...rest, lines: pages.lines, fields: fieldsOf(desk) };
}

function fieldsOf(desk: Desk): ExtractedFields {
  const { sheet, style } = desk;
  const { kind, number, issueDate, supplier, order, accounts, allowances, totals } = sheet;
  return {
    kind,
    number,
    issueDate,
    currency: 'EUR',
    supplier: { name: supplier.name, vatId: supplier.vatId },
    order,
    accounts: [...accounts],
    lines: sheet.lines.map(({ net }, index) => ({ id: hasPositions(style) ? String(index + 1) : null, net })),
    allowances,
    vat: sheet.vat.map(({ rate, taxable, tax }) => ({ rate, taxable: statesTaxable(style) ? taxable : null, tax })),
    totals: { ...totals, lines: hasLineTotal(desk) ? totals.lines : null },
  };
}

function statesTaxable({ vat }: Style): boolean {
  return vat !== 'rows-without-base';
}

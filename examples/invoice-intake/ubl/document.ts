import { z } from 'zod';

// As written in the document, without a leading plus sign.
const Decimal = z.string();
const Optional = Decimal.nullable();

/** One row of the VAT breakdown (BG-23). */
export const VatSubtotal = z.object({
  /** The category's code, such as `S`; `null` when it is no VAT. */
  category: z.string().nullable(),
  /** Percent, such as `19` for 19 %. */
  rate: Optional,
  taxable: Optional,
  tax: Optional,
});
/** One row of the VAT breakdown (BG-23). */
export type VatSubtotal = z.infer<typeof VatSubtotal>;

/** The document totals (BG-22); an amount that is not written is `null`. */
export const Totals = z.object({
  lines: Optional,
  allowances: Optional,
  charges: Optional,
  /** Without VAT: TaxExclusiveAmount. */
  net: Optional,
  /** With VAT: TaxInclusiveAmount. */
  gross: Optional,
  prepaid: Optional,
  rounding: Optional,
  payable: Optional,
});
/** The document totals (BG-22). */
export type Totals = z.infer<typeof Totals>;

/**
 * A UBL invoice or credit note as far as its booking needs it. It may be a fragment: everything but its kind can be
 * missing, and what is missing is `null` or empty.
 */
export const UblDocument = z.object({
  kind: z.enum(['invoice', 'credit-note']),
  number: z.string().nullable(),
  issueDate: z.string().nullable(),
  currency: z.string().nullable(),
  supplier: z.object({
    /** The RegistrationName, else the PartyName. */
    name: z.string().nullable(),
    /** As written, with its separators. */
    vatId: z.string().nullable(),
  }),
  /** The number of the buyer's order. */
  order: z.string().nullable(),
  /** The accounts to pay to (PayeeFinancialAccount) as written; a payer's account under a direct debit is none. */
  payeeAccounts: z.array(z.string()),
  lines: z.array(z.object({ id: z.string().nullable(), net: Optional })),
  /** Allowances and charges of the whole document. */
  allowances: z.array(z.object({ kind: z.enum(['allowance', 'charge']).nullable(), amount: Optional })),
  /** The VAT totals, one per currency that is written. */
  taxTotals: z.array(z.object({ currency: z.string().nullable(), amount: Optional, subtotals: z.array(VatSubtotal) })),
  /** Rows of the VAT breakdown that stand elsewhere than in the document's VAT totals, such as in a line. */
  strayVat: z.array(VatSubtotal),
  totals: Totals.nullable(),
  /** Currencies that the totals are labelled with. */
  totalCurrencies: z.array(z.string()),
});
/** A UBL invoice or credit note as far as its booking needs it. */
export type UblDocument = z.infer<typeof UblDocument>;

/** A document that says enough to be booked: what it is, by whom and in which currency. */
export const WholeDocument = UblDocument.extend({
  number: z.string(),
  currency: z.string(),
  supplier: z.object({ name: z.string(), vatId: z.string().nullable() }),
});
/** A document that says enough to be booked. */
export type WholeDocument = z.infer<typeof WholeDocument>;

/** The document's VAT in its own currency; `null` when it is not written exactly once. */
export function taxOf(document: UblDocument): string | null {
  const [total, ...others] = document.taxTotals.filter(
    ({ currency, amount }) => currency === document.currency && amount !== null,
  );
  return total === undefined || others.length > 0 ? null : total.amount;
}

/** What kind of document was read. */
export type InvoiceKind = 'invoice' | 'credit-note';

/** One line, every value as the document writes it; `null` where it has none. */
export interface InvoiceLine {
  id: string | null;
  description: string | null;
  quantity: string | null;
  unit: string | null;
  price: string | null;
  net: string | null;
  taxRate: string | null;
  taxCategory: string | null;
}

/** One rate of the tax breakdown, every value as the document writes it; `null` where it has none. */
export interface TaxShare {
  category: string | null;
  rate: string | null;
  base: string | null;
  amount: string | null;
}

/** One discount or charge of the whole document. */
export interface Allowance {
  kind: 'allowance' | 'charge';
  /** Without a sign; `null` where it has none. */
  amount: string | null;
  reason: string | null;
}

/** The single values of an invoice. Amounts are decimal texts with their sign and zeros; `null` where there is none. */
export interface InvoiceHead {
  number: string | null;
  issueDate: string | null;
  dueDate: string | null;
  currency: string | null;
  sellerName: string | null;
  sellerVatId: string | null;
  buyerName: string | null;
  buyerVatId: string | null;
  buyerReference: string | null;
  orderReference: string | null;
  net: string | null;
  tax: string | null;
  gross: string | null;
  payable: string | null;
  /** Sum of the lines before discounts and charges of the whole document. */
  lineTotal: string | null;
  prepaid: string | null;
  account: string | null;
  paymentReference: string | null;
  precedingInvoice: string | null;
  note: string | null;
}

/** Everything the model knows about the invoice it is shown. */
export interface InvoiceFacts extends InvoiceHead {
  kind: InvoiceKind;
  /** Every account to pay to, the one of the head first. */
  accounts: readonly string[];
  lines: readonly InvoiceLine[];
  allowances: readonly Allowance[];
  taxes: readonly TaxShare[];
}

/** A line with nothing read yet. */
export const EMPTY_LINE: InvoiceLine = {
  id: null,
  description: null,
  quantity: null,
  unit: null,
  price: null,
  net: null,
  taxRate: null,
  taxCategory: null,
};

/** A rate of the tax breakdown with nothing read yet. */
export const EMPTY_TAX: TaxShare = { category: null, rate: null, base: null, amount: null };

/** A head with nothing read yet. */
export const EMPTY_HEAD: InvoiceHead = {
  number: null,
  issueDate: null,
  dueDate: null,
  currency: null,
  sellerName: null,
  sellerVatId: null,
  buyerName: null,
  buyerVatId: null,
  buyerReference: null,
  orderReference: null,
  net: null,
  tax: null,
  gross: null,
  payable: null,
  lineTotal: null,
  prepaid: null,
  account: null,
  paymentReference: null,
  precedingInvoice: null,
  note: null,
};

/** UNTDID 1001 codes of EN 16931 that make a document a credit note. */
const CREDIT_NOTE_CODES = /^(81|83|261|262|296|308|381|396|420|458|502|503|532)$/;

/** Reads a kind from a type code or from words, English or German; `null` when it names neither. */
export function kindOf(text: string): InvoiceKind | null {
  const plain = text.trim().toLowerCase();
  if (CREDIT_NOTE_CODES.test(plain) || /credit|gutschrift|korrektur|storno/.test(plain)) return 'credit-note';
  return /^\d{2,3}$/.test(plain) || /invoice|rechnung|bill|debit/.test(plain) ? 'invoice' : null;
}

/** Whether enough was read to speak of an invoice: a number and something to pay. */
export function isInvoice(head: InvoiceHead): boolean {
  return head.number !== null && (head.payable ?? head.gross) !== null;
}

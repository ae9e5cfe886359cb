import type { Tag } from './lexicon.ts';

/** One way of naming a meaning: every tag has to be there, and a name's own tags have to be among them. */
export interface Pattern<M extends string> {
  meaning: M;
  tags: readonly Tag[];
  /** Place among the ways of naming this meaning, the surest first. */
  rank: number;
}

/** Ways of naming each meaning, tags joined by blanks, alternatives by `|`, the surest first. */
type Wordings<M extends string> = Readonly<Record<M, string>>;

/** What a property, JSON key or printed label can mean for a whole invoice. `seller` is a party without saying by which trait. */
export type InvoiceMeaning =
  | 'kind'
  | 'isCreditNote'
  | 'number'
  | 'issueDate'
  | 'dueDate'
  | 'currency'
  | 'seller'
  | 'sellerName'
  | 'sellerId'
  | 'sellerVatId'
  | 'buyerName'
  | 'buyerVatId'
  | 'buyerReference'
  | 'orderReference'
  | 'orderId'
  | 'net'
  | 'tax'
  | 'gross'
  | 'payable'
  | 'lineTotal'
  | 'prepaid'
  | 'account'
  | 'paymentReference'
  | 'precedingInvoice'
  | 'note'
  | 'summary';

/** What a property can mean for one line of an invoice. */
export type LineMeaning = 'id' | 'description' | 'quantity' | 'unit' | 'price' | 'net' | 'taxRate' | 'taxCategory';

/** What a property can mean for one discount or charge of a whole invoice. */
export type AllowanceMeaning = 'kind' | 'amount' | 'reason';

/** What a property can mean for one rate of the tax breakdown. */
export type TaxMeaning = 'category' | 'rate' | 'base' | 'amount';

const INVOICE: Wordings<InvoiceMeaning> = {
  kind: 'invoice kind|kind',
  isCreditNote: 'creditnote',
  number:
    'seller invoice number|seller invoice id|invoice number|invoice id|creditnote number|creditnote id|' +
    'invoice creditnote number|number|invoice|id',
  issueDate: 'invoice issue date|seller invoice date|issue date|invoice date|creditnote date|issue|date',
  dueDate: 'invoice due date|payment due date|due date|payable date|payment due|due',
  currency: 'invoice currency|payment currency|currency',
  seller: 'seller',
  sellerName: 'seller name|name',
  sellerId: 'seller id|seller number',
  sellerVatId: 'seller tax id number|seller tax id|seller tax number|tax id number|tax id|seller tax|tax number',
  buyerName: 'buyer name|buyer',
  buyerVatId: 'buyer tax id number|buyer tax id|buyer tax number|buyer tax',
  buyerReference: 'buyer number|buyer id',
  orderReference: 'buyer order number|buyer order|order number|order|seller order number',
  orderId: 'order id',
  net: 'net tax invoice amount|net tax amount|net amount|net invoice amount|net tax|net',
  tax: 'tax invoice amount|tax amount|tax',
  gross: 'gross tax invoice amount|gross tax amount|gross amount|gross invoice amount|gross tax|gross',
  payable:
    'payable gross tax invoice amount|payable gross tax amount|payable gross amount|payable gross tax|payable due amount|' +
    'payable invoice amount|payable amount|payable due|payable|due amount|payment amount|invoice amount|creditnote amount|amount',
  lineTotal: 'net line amount|line amount',
  prepaid: 'prepaid amount|prepaid payment|prepaid',
  account:
    'seller account number|account id number|account number|account id|seller account|payment account|payable account|account',
  paymentReference: 'payment number|payment id',
  precedingInvoice: 'preceding invoice number|preceding invoice id|preceding invoice|preceding number',
  note: 'invoice note|note',
  summary: 'text|description',
};

const LINE: Wordings<LineMeaning> = {
  id: 'line number|line id|number|id|line',
  description: 'line description|line name|description|name|text',
  quantity: 'quantity',
  unit: 'quantity unit|unit',
  price: 'unit price|line price|price',
  net: 'line net amount|line amount|net amount|amount price|net|amount',
  taxRate: 'tax rate|rate|tax',
  taxCategory: 'tax kind|kind',
};

const ALLOWANCE: Wordings<AllowanceMeaning> = {
  kind: 'allowance kind|charge kind|kind',
  amount: 'allowance amount|charge amount|net amount|amount',
  reason: 'allowance text|charge text|text|description|name',
};

const TAX: Wordings<TaxMeaning> = {
  category: 'tax kind|kind',
  rate: 'tax rate|rate',
  base: 'tax base amount|base amount|tax base|base|net amount|net',
  amount: 'tax amount|amount|tax',
};

/** Patterns over a whole invoice. */
export const INVOICE_PATTERNS: readonly Pattern<InvoiceMeaning>[] = compile(INVOICE);

/** Patterns over one line. */
export const LINE_PATTERNS: readonly Pattern<LineMeaning>[] = compile(LINE);

/** Patterns over one discount or charge. */
export const ALLOWANCE_PATTERNS: readonly Pattern<AllowanceMeaning>[] = compile(ALLOWANCE);

/** Patterns over one rate of the tax breakdown. */
export const TAX_PATTERNS: readonly Pattern<TaxMeaning>[] = compile(TAX);

function compile<M extends string>(wordings: Wordings<M>): Pattern<M>[] {
  return (Object.keys(wordings) as M[]).flatMap((meaning) =>
    wordings[meaning].split('|').map((wording, rank) => ({ meaning, rank, tags: wording.split(' ') as Tag[] })),
  );
}

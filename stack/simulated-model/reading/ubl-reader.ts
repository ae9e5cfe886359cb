import {
  kindOf,
  type Allowance,
  type InvoiceFacts,
  type InvoiceHead,
  type InvoiceLine,
  type TaxShare,
} from './invoice-facts.ts';
import type { InvoiceReader } from './invoice-reader.ts';
import { findUblFragment } from './ubl-fragment.ts';
import { attributeOf, elementsAt, parseXml, textAt, type XmlElement } from './xml-element.ts';

/** Reads UBL 2 invoices and credit notes (OASIS UBL 2.1, EN 16931 binding) with any namespace prefixes. */
export const ublReader: InvoiceReader = {
  read(text: string): InvoiceFacts | null {
    const fragment = findUblFragment(text);
    const root = fragment && parseXml(fragment.xml);
    if (!fragment || !root) return null;
    const code = textAt(root, 'InvoiceTypeCode', 'CreditNoteTypeCode');
    const kind = fragment.root === 'CreditNote' ? 'credit-note' : (kindOf(code ?? '') ?? 'invoice');
    const facts = {
      kind,
      ...readHead(root),
      ...readTotals(root),
      accounts: readAccounts(root),
      lines: readLines(root),
      allowances: readAllowances(root),
      taxes: readTaxes(root),
    } as const;
    return facts.number === null && facts.payable === null ? null : facts;
  },
};

type Totals = Pick<InvoiceHead, 'net' | 'tax' | 'gross' | 'payable' | 'lineTotal' | 'prepaid'>;

function readHead(root: XmlElement): Omit<InvoiceHead, keyof Totals> {
  const seller = elementsAt(root, 'AccountingSupplierParty/Party')[0];
  const buyer = elementsAt(root, 'AccountingCustomerParty/Party')[0];
  return {
    number: textAt(root, 'ID'),
    issueDate: textAt(root, 'IssueDate'),
    dueDate: textAt(root, 'DueDate', 'PaymentMeans/PaymentDueDate'),
    currency: currencyOf(root),
    sellerName: nameOf(seller),
    sellerVatId: vatIdOf(seller),
    buyerName: nameOf(buyer),
    buyerVatId: vatIdOf(buyer),
    buyerReference: textAt(root, 'BuyerReference'),
    orderReference: textAt(root, 'OrderReference/ID'),
    account: textAt(root, 'PaymentMeans/PayeeFinancialAccount/ID'),
    paymentReference: textAt(root, 'PaymentMeans/PaymentID'),
    precedingInvoice: textAt(root, 'BillingReference/InvoiceDocumentReference/ID'),
    note: textAt(root, 'Note'),
  };
}

function readTotals(root: XmlElement): Totals {
  const totals = elementsAt(root, 'LegalMonetaryTotal')[0];
  return {
    net: textAt(totals, 'TaxExclusiveAmount'),
    tax: textAt(taxTotalOf(root), 'TaxAmount'),
    gross: textAt(totals, 'TaxInclusiveAmount'),
    payable: textAt(totals, 'PayableAmount'),
    lineTotal: textAt(totals, 'LineExtensionAmount'),
    prepaid: textAt(totals, 'PrepaidAmount'),
  };
}

function currencyOf(root: XmlElement): string | null {
  return (
    textAt(root, 'DocumentCurrencyCode') ??
    attributeOf(elementsAt(root, 'LegalMonetaryTotal/PayableAmount')[0], 'currencyID')
  );
}

function nameOf(party: XmlElement): string | null {
  return textAt(party, 'PartyLegalEntity/RegistrationName', 'PartyName/Name');
}

/** The registration under the scheme VAT; the only one there is when none says so. */
function vatIdOf(party: XmlElement): string | null {
  const schemes = elementsAt(party, 'PartyTaxScheme');
  const vat = schemes.find((scheme) => textAt(scheme, 'TaxScheme/ID')?.toUpperCase() === 'VAT');
  return textAt(vat ?? (schemes.length === 1 ? schemes[0] : undefined), 'CompanyID');
}

/** The total in the document's currency: a second one may state the tax in the seller's accounting currency (BT-111). */
function taxTotalOf(root: XmlElement): XmlElement {
  const totals = elementsAt(root, 'TaxTotal');
  const currency = currencyOf(root);
  const inCurrency = (total: XmlElement): boolean =>
    attributeOf(elementsAt(total, 'TaxAmount')[0], 'currencyID') === currency;
  return totals.find(inCurrency) ?? totals[0];
}

function readAccounts(root: XmlElement): string[] {
  return elementsAt(root, 'PaymentMeans/PayeeFinancialAccount')
    .map((account) => textAt(account, 'ID'))
    .filter((account) => account !== null);
}

function readAllowances(root: XmlElement): Allowance[] {
  return elementsAt(root, 'AllowanceCharge').map((part) => ({
    kind: textAt(part, 'ChargeIndicator') === 'true' ? 'charge' : 'allowance',
    amount: textAt(part, 'Amount'),
    reason: textAt(part, 'AllowanceChargeReason'),
  }));
}

function readTaxes(root: XmlElement): TaxShare[] {
  return elementsAt(taxTotalOf(root), 'TaxSubtotal').map((share) => ({
    category: textAt(share, 'TaxCategory/ID'),
    rate: textAt(share, 'TaxCategory/Percent'),
    base: textAt(share, 'TaxableAmount'),
    amount: textAt(share, 'TaxAmount'),
  }));
}

function readLines(root: XmlElement): InvoiceLine[] {
  return [...elementsAt(root, 'InvoiceLine'), ...elementsAt(root, 'CreditNoteLine')].map((line) => {
    const quantity = elementsAt(line, 'InvoicedQuantity')[0] ?? elementsAt(line, 'CreditedQuantity')[0];
    return {
      id: textAt(line, 'ID'),
      description: textAt(line, 'Item/Name', 'Item/Description'),
      quantity: textAt(line, 'InvoicedQuantity', 'CreditedQuantity'),
      unit: attributeOf(quantity, 'unitCode'),
      price: textAt(line, 'Price/PriceAmount'),
      net: textAt(line, 'LineExtensionAmount'),
      taxRate: textAt(line, 'Item/ClassifiedTaxCategory/Percent'),
      taxCategory: textAt(line, 'Item/ClassifiedTaxCategory/ID'),
    };
  });
}

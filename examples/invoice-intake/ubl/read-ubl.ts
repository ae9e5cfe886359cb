import { WholeDocument, type Totals, type UblDocument, type VatSubtotal } from './document.ts';
import { childrenOf, descendantsOf, readXml, unreadable, type XmlElement } from './xml-element.ts';

const UBL = 'urn:oasis:names:specification:ubl:schema:xsd:';
const CAC = `${UBL}CommonAggregateComponents-2`;
const CBC = `${UBL}CommonBasicComponents-2`;
// xs:decimal, as the standard's Schematron reads amounts.
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/u;
const MAX_DIGITS = 40;
const VAT = 'VAT';

/**
 * Reads a UBL 2.1 invoice or credit note, or a fragment of one.
 * @throws JobError `invalid-input` for anything else, for an amount that is no decimal, and for a total that stands twice
 */
export function readUbl(xml: string): UblDocument {
  const root = readXml(xml);
  const kind = kindOf(root);
  const total = single(root, CAC, 'LegalMonetaryTotal');
  const taxTotals = childrenOf(root, CAC, 'TaxTotal');
  return {
    kind,
    number: text(single(root, CBC, 'ID')),
    issueDate: text(first(root, CBC, 'IssueDate')),
    currency: text(single(root, CBC, 'DocumentCurrencyCode')),
    supplier: supplierOf(root),
    order: text(first(first(root, CAC, 'OrderReference'), CBC, 'ID')),
    payeeAccounts: accountsOf(root),
    lines: linesOf(root, kind).map((line) => ({
      id: text(first(line, CBC, 'ID')),
      net: amount(line, 'LineExtensionAmount'),
    })),
    allowances: childrenOf(root, CAC, 'AllowanceCharge').map((element) => ({
      kind: chargeKind(element),
      amount: amount(element, 'Amount'),
    })),
    taxTotals: taxTotals.map((element) => ({
      currency: single(element, CBC, 'TaxAmount')?.attributes.get('currencyID') ?? null,
      amount: amount(element, 'TaxAmount'),
      subtotals: childrenOf(element, CAC, 'TaxSubtotal').map(subtotalOf),
    })),
    strayVat: descendantsOf(root, CAC, 'TaxTotal')
      .filter((element) => !taxTotals.includes(element))
      .flatMap((element) => childrenOf(element, CAC, 'TaxSubtotal').map(subtotalOf)),
    totals: total === undefined ? null : totalsOf(total),
    totalCurrencies: [...new Set(total?.children.flatMap((child) => child.attributes.get('currencyID') ?? []))],
  };
}

/**
 * Reads a document that is to be booked.
 * @throws JobError `invalid-input` as {@link readUbl}, and when number, currency or supplier are missing
 */
export function readWholeUbl(xml: string): WholeDocument {
  const document = readUbl(xml);
  const missing = [
    ...(document.number === null ? ['number (cbc:ID)'] : []),
    ...(document.currency === null ? ['currency (cbc:DocumentCurrencyCode)'] : []),
    ...(document.supplier.name === null ? ["supplier's name (cbc:RegistrationName)"] : []),
  ];
  if (missing.length > 0) throw unreadable(`has no ${missing.join(' and no ')}; ask the sender for a complete one.`);
  return WholeDocument.parse(document);
}

function kindOf(root: XmlElement): UblDocument['kind'] {
  if (root.name === 'Invoice' && root.namespace === `${UBL}Invoice-2`) return 'invoice';
  if (root.name === 'CreditNote' && root.namespace === `${UBL}CreditNote-2`) return 'credit-note';
  throw unreadable(
    `is neither a UBL 2.1 Invoice nor a CreditNote but "${root.name}" of "${root.namespace}"; deliver one of these.`,
  );
}

function supplierOf(root: XmlElement): UblDocument['supplier'] {
  const party = first(first(root, CAC, 'AccountingSupplierParty'), CAC, 'Party');
  const registered = childrenOf(party, CAC, 'PartyLegalEntity').map((entity) =>
    text(first(entity, CBC, 'RegistrationName')),
  );
  const called = childrenOf(party, CAC, 'PartyName').map((name) => text(first(name, CBC, 'Name')));
  const schemes = childrenOf(party, CAC, 'PartyTaxScheme').filter(isVat);
  return {
    name: [...registered, ...called].find((name) => name !== null) ?? null,
    vatId: schemes.map((scheme) => text(first(scheme, CBC, 'CompanyID'))).find((id) => id !== null) ?? null,
  };
}

function accountsOf(root: XmlElement): string[] {
  return childrenOf(root, CAC, 'PaymentMeans')
    .flatMap((means) => childrenOf(means, CAC, 'PayeeFinancialAccount'))
    .flatMap((account) => text(first(account, CBC, 'ID')) ?? []);
}

function linesOf(root: XmlElement, kind: UblDocument['kind']): readonly XmlElement[] {
  return childrenOf(root, CAC, kind === 'invoice' ? 'InvoiceLine' : 'CreditNoteLine');
}

function chargeKind(element: XmlElement): 'allowance' | 'charge' | null {
  const indicator = text(first(element, CBC, 'ChargeIndicator'));
  if (indicator === 'true' || indicator === '1') return 'charge';
  return indicator === 'false' || indicator === '0' ? 'allowance' : null;
}

function subtotalOf(element: XmlElement): VatSubtotal {
  const category = childrenOf(element, CAC, 'TaxCategory').find(isVat);
  return {
    category: text(first(category, CBC, 'ID')),
    rate: category === undefined ? null : amount(category, 'Percent'),
    taxable: amount(element, 'TaxableAmount'),
    tax: amount(element, 'TaxAmount'),
  };
}

function isVat(element: XmlElement): boolean {
  return text(first(first(element, CAC, 'TaxScheme'), CBC, 'ID'))?.toUpperCase() === VAT;
}

function totalsOf(total: XmlElement): Totals {
  return {
    lines: amount(total, 'LineExtensionAmount'),
    allowances: amount(total, 'AllowanceTotalAmount'),
    charges: amount(total, 'ChargeTotalAmount'),
    net: amount(total, 'TaxExclusiveAmount'),
    gross: amount(total, 'TaxInclusiveAmount'),
    prepaid: amount(total, 'PrepaidAmount'),
    rounding: amount(total, 'PayableRoundingAmount'),
    payable: amount(total, 'PayableAmount'),
  };
}

function amount(parent: XmlElement, name: string): string | null {
  const element = single(parent, CBC, name);
  if (element === undefined) return null;
  if (!DECIMAL.test(element.text) || element.text.length > MAX_DIGITS) {
    throw unreadable(
      `has "${element.text.slice(0, MAX_DIGITS)}" as its ${name}, which is no decimal such as 1234.50; ask the sender for it again.`,
    );
  }
  return element.text.replace('+', '');
}

// Two readers of a document in which a total stands twice could each take another one.
function single(parent: XmlElement, namespace: string, name: string): XmlElement | undefined {
  const [element, ...others] = childrenOf(parent, namespace, name);
  if (others.length > 0)
    throw unreadable(
      `has ${name} ${others.length + 1} times in "${parent.name}", where one is allowed; ask the sender for it again.`,
    );
  return element;
}

function first(parent: XmlElement | undefined, namespace: string, name: string): XmlElement | undefined {
  return childrenOf(parent, namespace, name)[0];
}

function text(element: XmlElement | undefined): string | null {
  return element === undefined || element.text === '' ? null : element.text;
}

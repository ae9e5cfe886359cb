/** What a test wants in an invoice. */
export interface InvoiceOptions {
  number?: string;
  currency?: string;
  seller?: string;
  vatId?: string;
  order?: string | null;
  account?: string | null;
  note?: string;
  net?: string;
  tax?: string;
  payable?: string;
}

const NAMESPACES =
  'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" ' +
  'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"';

/** A UBL 2.1 invoice whose root has the default namespace. */
export function invoice(options: InvoiceOptions = {}): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" ${NAMESPACES}>
  ${head(options, '<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>')}
  ${body(options)}
  ${line('InvoiceLine', 'InvoicedQuantity', options)}
</Invoice>`;
}

/** A UBL 2.1 credit note whose root has the default namespace. */
export function creditNote(options: InvoiceOptions = {}): string {
  return `<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2" ${NAMESPACES}>
  ${head(options, '<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>')}
  <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>K-17</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>
  ${body(options)}
  ${line('CreditNoteLine', 'CreditedQuantity', options)}
</CreditNote>`;
}

/** The same invoice with every element under a prefix of its own. */
export function prefixedInvoice(options: InvoiceOptions = {}): string {
  return invoice(options)
    .replace('<Invoice xmlns=', '<u-1:Invoice xmlns:u-1=')
    .replace('</Invoice>', '</u-1:Invoice>')
    .replaceAll('cac:', 'a.b:')
    .replaceAll('cbc:', 'x:')
    .replaceAll('xmlns:cac', 'xmlns:a.b')
    .replaceAll('xmlns:cbc', 'xmlns:x');
}

function head(
  { number = 'K-2041', currency = 'EUR', order = 'PO-88', note }: InvoiceOptions,
  typeCode: string,
): string {
  return `<cbc:ID>${number}</cbc:ID>
  <cbc:IssueDate>2026-02-03</cbc:IssueDate>
  <cbc:DueDate>2026-03-05</cbc:DueDate>
  ${typeCode}
  ${note === undefined ? '' : `<cbc:Note>${note}</cbc:Note>`}
  <cbc:DocumentCurrencyCode>${currency}</cbc:DocumentCurrencyCode>
  ${order === null ? '' : `<cac:OrderReference><cbc:ID>${order}</cbc:ID></cac:OrderReference>`}`;
}

function body(options: InvoiceOptions): string {
  const { seller = 'Müller &amp; Söhne GmbH', vatId = 'DE811907980', account = 'DE89370400440532013000' } = options;
  const { currency = 'EUR', net = '100.00', tax = '19.00', payable = '119.00' } = options;
  const money = (name: string, amount: string): string =>
    `<cbc:${name} currencyID="${currency}">${amount}</cbc:${name}>`;
  return `<cac:AccountingSupplierParty><cac:Party>
    <cac:PartyName><cbc:Name>Trading name</cbc:Name></cac:PartyName>
    ${taxScheme(vatId)}
    <cac:PartyLegalEntity><cbc:RegistrationName>${seller}</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    ${taxScheme('DE999999999')}
    <cac:PartyLegalEntity><cbc:RegistrationName>The buyer AG</cbc:RegistrationName></cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>${
    account === null ? '' : `<cac:PayeeFinancialAccount><cbc:ID>${account}</cbc:ID></cac:PayeeFinancialAccount>`
  }</cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="SEK">999.00</cbc:TaxAmount></cac:TaxTotal>
  <cac:TaxTotal>${money('TaxAmount', tax)}<cac:TaxSubtotal>
    ${money('TaxableAmount', net)}${money('TaxAmount', tax)}
    <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:TaxCategory>
  </cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    ${money('LineExtensionAmount', net)}${money('TaxExclusiveAmount', net)}
    ${money('TaxInclusiveAmount', payable)}${money('PayableAmount', payable)}
  </cac:LegalMonetaryTotal>`;
}

function taxScheme(vatId: string): string {
  return `<cac:PartyTaxScheme><cbc:CompanyID>${vatId}</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>`;
}

function line(name: string, quantity: string, { currency = 'EUR', net = '100.00' }: InvoiceOptions): string {
  return `<cac:${name}><cbc:ID>1</cbc:ID><cbc:${quantity} unitCode="C62">4</cbc:${quantity}>
    <cbc:LineExtensionAmount currencyID="${currency}">${net}</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Paper</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:ClassifiedTaxCategory></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="${currency}">25.00</cbc:PriceAmount></cac:Price></cac:${name}>`;
}

/** A line as the document writes it; amounts are decimal texts. */
export interface LineText {
  readonly name: string;
  readonly quantity: string;
  readonly price: string;
  readonly net: string;
  /** Percent. */
  readonly rate: string;
}

/** A row of the VAT breakdown as the document writes it. */
export interface VatText {
  readonly rate: string;
  readonly taxable: string;
  readonly tax: string;
}

/** What an invoice says. */
export interface InvoiceText {
  readonly number: string;
  readonly order: string | null;
  readonly supplier: { readonly name: string; readonly vatId: string };
  readonly account: string | null;
  readonly lines: readonly LineText[];
  readonly vat: readonly VatText[];
  readonly amounts: { readonly net: string; readonly tax: string; readonly gross: string; readonly payable: string };
}

const NAMESPACE = 'urn:oasis:names:specification:ubl:schema:xsd';
const VAT_SCHEME = '<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>';
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
]);

/** Writes an invoice in EUR as UBL 2.1 by EN 16931. */
export function invoiceXml(invoice: InvoiceText): string {
  const { number, order, lines, vat, amounts } = invoice;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="${NAMESPACE}:Invoice-2" xmlns:cac="${NAMESPACE}:CommonAggregateComponents-2" xmlns:cbc="${NAMESPACE}:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>${escaped(number)}</cbc:ID>
  <cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cbc:DueDate>2026-04-01</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
${order === null ? '' : `  <cac:OrderReference><cbc:ID>${escaped(order)}</cbc:ID></cac:OrderReference>\n`}${parties(invoice)}${payment(invoice)}
  <cac:TaxTotal>
    ${money('TaxAmount', amounts.tax)}
${vat.map(vatRow).join('\n')}
  </cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    ${money('LineExtensionAmount', amounts.net)}
    ${money('TaxExclusiveAmount', amounts.net)}
    ${money('TaxInclusiveAmount', amounts.gross)}
    ${money('PayableAmount', amounts.payable)}
  </cac:LegalMonetaryTotal>
${lines.map(line).join('\n')}
</Invoice>
`;
}

function parties({ supplier }: InvoiceText): string {
  return `  <cac:AccountingSupplierParty>
    <cac:Party>
      <cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
      <cac:PartyTaxScheme><cbc:CompanyID>${escaped(supplier.vatId)}</cbc:CompanyID>${VAT_SCHEME}</cac:PartyTaxScheme>
      <cac:PartyLegalEntity><cbc:RegistrationName>${escaped(supplier.name)}</cbc:RegistrationName></cac:PartyLegalEntity>
    </cac:Party>
  </cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty>
    <cac:Party>
      <cac:PostalAddress><cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
      <cac:PartyLegalEntity><cbc:RegistrationName>Kranich Werkzeugbau GmbH</cbc:RegistrationName></cac:PartyLegalEntity>
    </cac:Party>
  </cac:AccountingCustomerParty>
`;
}

// 58 is a SEPA credit transfer, which needs an account; 1 says that no instrument is defined.
function payment({ account }: InvoiceText): string {
  const payee =
    account === null
      ? ''
      : `<cac:PayeeFinancialAccount><cbc:ID>${escaped(account)}</cbc:ID></cac:PayeeFinancialAccount>`;
  return `  <cac:PaymentMeans><cbc:PaymentMeansCode>${account === null ? '1' : '58'}</cbc:PaymentMeansCode>${payee}</cac:PaymentMeans>`;
}

function vatRow({ rate, taxable, tax }: VatText): string {
  return `    <cac:TaxSubtotal>
      ${money('TaxableAmount', taxable)}
      ${money('TaxAmount', tax)}
      <cac:TaxCategory>${category(rate)}</cac:TaxCategory>
    </cac:TaxSubtotal>`;
}

function line({ name, quantity, price, net, rate }: LineText, index: number): string {
  return `  <cac:InvoiceLine>
    <cbc:ID>${index + 1}</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">${quantity}</cbc:InvoicedQuantity>
    ${money('LineExtensionAmount', net)}
    <cac:Item><cbc:Name>${escaped(name)}</cbc:Name><cac:ClassifiedTaxCategory>${category(rate)}</cac:ClassifiedTaxCategory></cac:Item>
    <cac:Price>${money('PriceAmount', price)}</cac:Price>
  </cac:InvoiceLine>`;
}

function category(rate: string): string {
  return `<cbc:ID>${rate === '0' ? 'Z' : 'S'}</cbc:ID><cbc:Percent>${rate}</cbc:Percent>${VAT_SCHEME}`;
}

function money(name: string, amount: string): string {
  return `<cbc:${name} currencyID="EUR">${amount}</cbc:${name}>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/gu, (character) => ESCAPES.get(character) ?? character);
}

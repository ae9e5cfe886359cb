const NAMESPACE = 'urn:oasis:names:specification:ubl:schema:xsd';

/** A UBL document with the given elements and nothing else. */
export function fragment(elements: string, root: 'Invoice' | 'CreditNote' = 'Invoice'): string {
  return `<${root} xmlns="${NAMESPACE}:${root}-2" xmlns:cac="${NAMESPACE}:CommonAggregateComponents-2" xmlns:cbc="${NAMESPACE}:CommonBasicComponents-2">${elements}</${root}>`;
}

/** The document totals with the given amounts, such as `{ PayableAmount: '119.00' }`. */
export function monetaryTotal(amounts: { readonly [name: string]: string }): string {
  const written = Object.entries(amounts).map(
    ([name, amount]) => `<cbc:${name} currencyID="EUR">${amount}</cbc:${name}>`,
  );
  return `<cac:LegalMonetaryTotal>${written.join('')}</cac:LegalMonetaryTotal>`;
}

/** A line with a net amount. */
export function line(net: string, name = 'InvoiceLine'): string {
  return `<cac:${name}><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="EUR">${net}</cbc:LineExtensionAmount></cac:${name}>`;
}

/** A document-level allowance or charge. */
export function allowanceCharge(indicator: string, amount: string): string {
  return `<cac:AllowanceCharge><cbc:ChargeIndicator>${indicator}</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">${amount}</cbc:Amount></cac:AllowanceCharge>`;
}

/** A VAT total in a currency with its breakdown. */
export function taxTotal(amount: string, subtotals = '', currency = 'EUR'): string {
  return `<cac:TaxTotal><cbc:TaxAmount currencyID="${currency}">${amount}</cbc:TaxAmount>${subtotals}</cac:TaxTotal>`;
}

/** A row of the VAT breakdown; what is not given is not written. */
export function taxSubtotal(row: { taxable?: string; tax?: string; rate?: string }): string {
  const amount = (name: string, value: string | undefined): string =>
    value === undefined ? '' : `<cbc:${name} currencyID="EUR">${value}</cbc:${name}>`;
  const percent = row.rate === undefined ? '' : `<cbc:Percent>${row.rate}</cbc:Percent>`;
  const category = `<cac:TaxCategory><cbc:ID>S</cbc:ID>${percent}<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>`;
  return `<cac:TaxSubtotal>${amount('TaxableAmount', row.taxable)}${amount('TaxAmount', row.tax)}${category}</cac:TaxSubtotal>`;
}

// As documents title themselves. A credit note also names the invoice that it corrects, but after its own title.
const CREDIT_NOTE =
  /gutschrift|storno|rechnungskorrektur|korrekturrechnung|credit\s*(?:note|memo)|(?:credit|kredit)not[ae]|creditfactuur|nota\s+d[ei]\s+cr[eé]dito|avoir|faktura\s+koryguj[aą]ca/iu;
// Who gets it, and when it was made, credit notes say by the same word.
const INVOICE =
  /rechnung(?!s?-?\s?(?:empfänger|adresse|anschrift|an\b|datum))|invoice(?!\s+(?:to|for|address|recipient|date|currency)\b)|faktura|facture|fattura|factura|factuur|\bbill\b(?!\s*to\b)/iu;

/** Whether a text can be of a kind: an invoice does not begin as a credit note, and a credit note says somewhere that it is one. */
export function canBe(kind: 'invoice' | 'credit-note', text: string): boolean {
  const credit = text.search(CREDIT_NOTE);
  if (kind === 'credit-note') return credit >= 0;
  const invoice = text.search(INVOICE);
  return credit < 0 || (invoice >= 0 && invoice < credit);
}

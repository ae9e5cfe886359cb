/**
 * English and German words by what they stand for. A word may stand for two things (`subtotal`: net and amount).
 * Written without umlauts (`ae`, `oe`, `ue`, `ss`), the form that `words.ts` produces.
 */
const LEXICON = {
  seller: 'seller vendor supplier creditor payee issuer biller lieferant verkaeufer kreditor rechnungssteller',
  buyer: 'buyer customer client purchaser debtor kunde kunden kaeufer besteller rechnungsempfaenger',
  order: 'order purchase po bestellung bestell auftrag',
  invoice: 'invoice bill document doc rechnung beleg voucher',
  creditnote: 'creditnote credit gutschrift',
  number: 'number no nr num nummer reference ref referenz',
  id: 'id ids identifier key ident identifikation identification ustid vatin tin',
  tax: 'tax taxes vat ust mwst steuer umsatzsteuer mehrwertsteuer gst tva btw iva ustid vatin tin',
  amount: 'amount total sum betrag summe gesamt subtotal zwischensumme balance saldo endbetrag warenwert',
  net: 'net netto exclusive excluding excluded excl without before untaxed ohne exkl subtotal zwischensumme',
  gross: 'gross brutto inclusive including included incl with inkl mit',
  payable: 'payable pay outstanding zahl zahlbar zahlen zahlender',
  due: 'due faellig faelligkeit',
  currency: 'currency waehrung',
  account: 'account iban konto bank bankverbindung',
  ledger: 'ledger gl expense cost sachkonto kostenstelle',
  date: 'date datum',
  issue: 'issue issued ausstellung ausgestellt',
  name: 'name firma',
  kind: 'kind type typ art category kategorie',
  note: 'note notes remark bemerkung hinweis comment',
  line: 'line item position positionen pos zeile warenwert',
  text: 'text summary reason rationale explanation justification begruendung zusammenfassung',
  payment: 'payment zahlung',
  prepaid:
    'prepaid paid deposit down gezahlt bezahlt anzahlung vorauszahlung abschlag abschlaege abschlagszahlung gezahlter gezahlte geleistete',
  allowance: 'allowance discount rebate rabatt nachlass',
  charge:
    'charge surcharge shipping freight postage packing handling delivery fee versand fracht porto verpackung kosten ' +
    'pauschale zuschlag gebuehr',
  preceding: 'preceding original corrected credited ursprung urspruengliche',
  quantity: 'quantity qty menge anzahl',
  unit: 'unit einheit',
  price: 'price preis einzelpreis',
  rate: 'rate percent percentage satz prozent',
  description: 'description beschreibung bezeichnung',
  base: 'base basis taxable steuerpflichtig',
  foreign:
    'phone telephone telefon email mail fax address anschrift adresse street strasse city ort country land postal zip plz ' +
    'contact kontakt delivery shipping versand lieferung liefer leistung sales skonto bic swift warehouse project ' +
    'contract vertrag posting website url media file path',
  paging: 'limit page size offset cursor sort',
} as const satisfies Record<string, string>;

/** Words that say nothing about which fact is meant. */
const NEUTRAL =
  'the of a an to for from in on by as is are and code value string field input full exact given legal registered ' +
  'registration official company my our your its this that it der die das des den dem von vom zur zum und fuer im am ' +
  'query search term filter lookup data info detail grand final which under named breakdown list s zu noch bis less already ' +
  'abzgl abzueglich zzgl zuzueglich bereits auf reg received erhalten erhaltene';

/** What a word can stand for. `foreign` marks things an invoice's own facts never answer, such as a phone number. */
export type Tag = keyof typeof LEXICON;

/** Words without meaning of their own. */
export const NEUTRAL_WORDS: ReadonlySet<string> = new Set(NEUTRAL.split(' '));

/** Every known word with what it stands for. */
export const TAGS_BY_WORD: ReadonlyMap<string, readonly Tag[]> = invert();

function invert(): Map<string, Tag[]> {
  const tagsByWord = new Map<string, Tag[]>();
  for (const tag of Object.keys(LEXICON) as Tag[]) {
    for (const word of LEXICON[tag].split(' ')) tagsByWord.set(word, [...(tagsByWord.get(word) ?? []), tag]);
  }
  return tagsByWord;
}

import { defineVerifier, verdictOf, type Finding } from 'holdfast';
import { canBe } from '../document-kind.ts';
import { ExtractedFields } from '../extracted-fields.ts';
import { accountKey, nameKey, plainText, vatKey } from '../matching.ts';
import { printedAmounts } from '../printed.ts';
import { Extracted } from '../schemas.ts';

const RULE = 'stands-in-text';
// The total without VAT and the VAT always stand in a text, and what is left of one without the other always adds up.
const PAID_BEFORE =
  /\bpaid\b|pre-?pa[iy]|payments?\s+received|deposit|advance|on account|(?:an|voraus|teil|akonto)-?zahlung|geleistete\s+zahlung|zahlungseingang|abschlag|gezahlt|bezahlt|vorkasse|guthaben|acompte|avance|acconto|anticip|pagado|betaald|voorschot|zaliczk|forskud|förskott/iu;
const SYMBOLS: Readonly<Record<string, readonly string[]>> = {
  '€': ['EUR'],
  $: ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD'],
  '£': ['GBP'],
  '¥': ['JPY', 'CNY'],
};

/** Everything that an agent read from a text stands there; what it does not state, nobody may make up. */
export const standsInText = defineVerifier({
  name: RULE,
  version: 2,
  input: Extracted,
  output: ExtractedFields,
  judge: ({ input, output }) => verdictOf(findNotInText(input.text, output)),
});

/** What of the fields the text does not say. */
export function findNotInText(text: string, fields: ExtractedFields): readonly Finding[] {
  return [
    ...(canBe(fields.kind, text) ? [] : otherKind(fields.kind)),
    ...textFindings(text, fields),
    ...amountFindings(text, fields),
    ...fields.accounts.flatMap((account, index) =>
      hasAccount(text, account) ? [] : missing(`accounts.${index}`, account),
    ),
  ];
}

function textFindings(text: string, fields: ExtractedFields): readonly Finding[] {
  const { number, order, supplier, currency } = fields;
  const symbols = Object.entries(SYMBOLS).filter(([, codes]) => codes.includes(currency));
  const checks: readonly (readonly [field: string, value: string | null, stands: (value: string) => boolean])[] = [
    ['number', number, (value) => hasNumber(text, value) && isNumber(value)],
    ['order', order, (value) => hasWord(text, value) && isNumber(value)],
    ['supplier.name', supplier.name, (value) => nameKey(text).includes(nameKey(value))],
    ['supplier.vatId', supplier.vatId, (value) => vatKey(value) !== '' && vatKey(text).includes(vatKey(value))],
    ['currency', currency, (value) => hasWord(text, value) || symbols.some(([symbol]) => text.includes(symbol))],
  ];
  return checks.flatMap(([field, value, stands]) => (value === null || stands(value) ? [] : missing(field, value)));
}

function amountFindings(text: string, fields: ExtractedFields): readonly Finding[] {
  const { lines, allowances, vat, totals } = fields;
  const printed = printedAmounts(text);
  // Printed as what is taken off, but stated without a sign.
  const unsigned: readonly (readonly [string, string | null])[] = [
    ...allowances.map(({ amount }, index) => [`allowances.${index}.amount`, amount] as const),
    ['totals.prepaid', totals.prepaid],
  ];
  const signed: readonly (readonly [string, string | null])[] = [
    ...lines.map(({ net }, index) => [`lines.${index}.net`, net] as const),
    ...vat.flatMap(({ taxable, tax }, index) => [
      [`vat.${index}.taxable`, taxable] as const,
      [`vat.${index}.tax`, tax] as const,
    ]),
    ...(['lines', 'net', 'tax', 'gross', 'payable'] as const).map(
      (field) => [`totals.${field}`, totals[field]] as const,
    ),
  ];
  return [
    ...(isNothing(totals.prepaid ?? '0') || PAID_BEFORE.test(text)
      ? []
      : [['totals.prepaid', totals.prepaid] as const]),
    ...unsigned.filter(([, amount]) => amount !== null && !isNothing(amount) && !printed.hasUnsigned(amount)),
    ...signed.filter(([, amount]) => amount !== null && !isNothing(amount) && !printed.has(amount)),
  ].flatMap(([field, amount]) => missing(field, amount ?? ''));
}

// A name is none, nor are two fields that were taken for one.
function isNumber(value: string): boolean {
  return /\d/u.test(value) && !/\p{L}:\s/u.test(value);
}

// That nothing is due is seldom written out.
function isNothing(amount: string): boolean {
  return /^-?0+(\.0+)?$/u.test(amount);
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped(plainText(word))}(?![\\p{L}\\p{N}])`, 'u').test(plainText(text));
}

// The whole of it, in one writing: by any part of its number a document could be booked and paid once more.
function hasNumber(text: string, number: string): boolean {
  const before = `(?<![\\p{L}\\p{N}][-/_]?|\\p{N}\\.)`;
  const after = `(?![-/_.]?[\\p{L}\\p{N}])`;
  return plainText(number) === number && new RegExp(`${before}${escaped(number)}${after}`, 'u').test(plainText(text));
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
}

// Not the beginning of a longer one.
function hasAccount(text: string, account: string): boolean {
  const letters = Array.from(accountKey(account), escaped).join('\\s?');
  return letters !== '' && new RegExp(`(?<![\\p{L}\\p{N}])${letters}(?! ?\\p{N})(?!\\p{L})`, 'iu').test(text);
}

function otherKind(kind: string): Finding[] {
  const sentence = `The document does not call itself an ${kind}; look at its title again.`.replace(
    'an credit',
    'a credit',
  );
  return [{ of: 'output', rule: RULE, field: 'kind', sentence }];
}

function missing(field: string, value: string): Finding[] {
  const sentence = `The document does not say "${value}" as ${field}; copy what stands there, and add or compute nothing.`;
  return [{ of: 'output', rule: RULE, field, sentence }];
}

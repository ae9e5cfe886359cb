import { unreadable } from '../ubl/xml-element.ts';
import { decodeXml } from './decode-xml.ts';
import { type AttachedFile, mailParts } from './mail-parts.ts';
import type { Parsed } from './parsed.ts';
import { parseXml } from './parse-xml.ts';
import { pdfText } from './pdf-text.ts';

const UBL_ROOT = /urn:oasis:names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2/u;
const AMOUNT = /\d[.,]\d{2}(?!\d)/u;
const INVOICE_WORD = /rechnung|invoice|gutschrift|credit\s*note|faktura|facture|\bbill\b/iu;
const CREDIT_NOTE = /gutschrift|credit\s*note|storno/iu;
const NUMBER = String.raw`[ \t-]*(?:nummer|nr\b\.?|no\b\.?|number|#)[ \t:#]*(\S*\d[^\s,;]*)`;
const CREDIT_NOTE_NUMBER = new RegExp(`(?:gutschrifts?|credit\\s*note)${NUMBER}`, 'giu');
const INVOICE_NUMBER = new RegExp(`(?:rechnungs?|beleg|invoice)${NUMBER}`, 'giu');

interface Candidate {
  readonly name: string;
  readonly text: string;
  readonly parsed: () => Parsed;
}

/**
 * Finds the one invoice of a mail: an attached UBL file, else an attached PDF, else the mail's own text.
 * @throws JobError `invalid-input` when it holds none, or more than one
 */
export async function parseMail(bytes: Uint8Array): Promise<Parsed> {
  const { body, files } = await mailParts(bytes);
  const xml = distinct(files.filter(({ format }) => format === 'xml'));
  const pdf = distinct(files.filter(({ format }) => format === 'pdf'));
  const ubl = xml.filter((file) => UBL_ROOT.test(new TextDecoder('latin1').decode(file.bytes)));
  if (ubl.length > 0) return attached(ubl.map(candidateOfXml), [...(await readable(pdf)), ownText(body)]);
  const [only, ...others] = pdf;
  if (only !== undefined) return attached(await candidatesOfPdf([only, ...others]), [ownText(body)]);
  // That it is XML of another kind says its reader best.
  const [strange] = xml;
  return strange === undefined ? bodyAlone(body, files) : parseXml(decodeXml(strange.bytes), 'application/xml');
}

/** The one invoice among attachments; what else the mail says must not be another one. */
function attached(candidates: readonly Candidate[], others: readonly Candidate[]): Parsed {
  const naming = candidates.filter(({ text }) => ownNumbers(text).length > 0);
  const invoices = naming.length > 0 ? naming : candidates;
  const [invoice, ...more] = invoices;
  if (invoice === undefined) throw unreadable('is a mail without an invoice; ask the sender for it.');
  if (more.length > 0) throw several(invoices.map(({ name }) => name));
  const other = others.find(({ text }) => {
    const numbers = ownNumbers(text);
    return numbers.length > 0 && !numbers.some((number) => invoice.text.includes(number));
  });
  if (other !== undefined) throw several([invoice.name, other.name]);
  return invoice.parsed();
}

function bodyAlone(body: string, files: readonly AttachedFile[]): Parsed {
  if (!INVOICE_WORD.test(body) || !AMOUNT.test(body)) {
    const names = files.map(({ name }) => `"${name}"`).join(', ');
    const unread = names === '' ? '' : ` (${names} cannot be read as one)`;
    throw unreadable(
      `is a mail without an invoice, in its text or attached${unread}; ask the sender for it as PDF or UBL.`,
    );
  }
  if (body.includes('\ufffd'))
    throw unreadable(
      'is a mail whose text is not in the encoding that it names; ask the sender for the invoice as PDF.',
    );
  // A credit note also names the invoice that it corrects, under whatever label.
  const numbers = new Set(CREDIT_NOTE.test(body) ? [] : ownNumbers(body));
  if (numbers.size > 1) throw several([...numbers]);
  return {
    structured: false,
    mediaType: 'message/rfc822',
    text: body.toWellFormed().replaceAll(/[^\P{Cc}\t\n]/gu, ''),
  };
}

/** The invoice numbers that a text gives itself; none when it states no amount either. */
function ownNumbers(text: string): readonly string[] {
  // A UBL file always is one; which number it has stands in its text.
  if (UBL_ROOT.test(text)) return ['UBL'];
  if (!AMOUNT.test(text)) return [];
  const labelled = (label: RegExp): readonly string[] =>
    [...text.matchAll(label)].map(([, number = '']) => number.replace(/[.:)]+$/u, ''));
  // A credit note also names the invoice that it corrects.
  const creditNotes = labelled(CREDIT_NOTE_NUMBER);
  return creditNotes.length > 0 ? creditNotes : labelled(INVOICE_NUMBER);
}

function candidateOfXml({ name, bytes }: AttachedFile): Candidate {
  const text = decodeXml(bytes);
  return { name, text, parsed: () => parseXml(text, 'application/xml') };
}

async function candidatesOfPdf(files: readonly AttachedFile[]): Promise<readonly Candidate[]> {
  return Promise.all(
    files.map(async ({ name, bytes }) => {
      const text = await pdfText(bytes);
      return { name, text, parsed: () => ({ structured: false, mediaType: 'application/pdf', text }) };
    }),
  );
}

// Beside a UBL file a PDF is its picture, and one that cannot be read is no invoice of its own.
async function readable(files: readonly AttachedFile[]): Promise<readonly Candidate[]> {
  const read = await Promise.allSettled(files.map((file) => candidatesOfPdf([file])));
  return read.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function ownText(body: string): Candidate {
  return { name: "the mail's own text", text: body, parsed: () => bodyAlone(body, []) };
}

function distinct(files: readonly AttachedFile[]): readonly AttachedFile[] {
  return files.filter(
    (file, index) => files.findIndex((other) => Buffer.compare(file.bytes, other.bytes) === 0) === index,
  );
}

function several(names: readonly string[]): Error {
  return unreadable(`is a mail with ${names.length} invoices (${names.join(', ')}); have each of them sent by itself.`);
}

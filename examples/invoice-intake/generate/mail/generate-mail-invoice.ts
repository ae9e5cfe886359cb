import type { ExtractedFields } from '../../extracted-fields.ts';
import type { VendorOnFile } from '../../matching.ts';
import type { Booking } from '../../schemas.ts';
import type { OrderToSeed } from '../../seed.ts';
import { generateInvoice } from '../generate-invoice.ts';
import { generatePdfInvoice } from '../pdf/generate-pdf-invoice.ts';
import { generateTextInvoice } from '../text/generate-text-invoice.ts';
import { plainText, type TextLine } from '../text/page.ts';
import { htmlOf } from './html.ts';
import { writeMail, type Message, type Part } from './message.ts';

/** Where a mail has its invoice: in its text, in one of four forms, or in a file attached to it. */
export type MailForm = 'plain-utf-8' | 'plain-iso-8859-1' | 'html' | 'alternative' | 'pdf-attached' | 'xml-attached';

/** The forms whose text is the invoice. */
export const BODY_FORMS = ['plain-utf-8', 'plain-iso-8859-1', 'html', 'alternative'] as const satisfies MailForm[];

/** A mail with an invoice, and the one right booking. */
export interface GeneratedMail {
  readonly bytes: Uint8Array;
  readonly form: MailForm;
  readonly vendor: VendorOnFile;
  readonly order: OrderToSeed | null;
  readonly expected: Booking;
  /** What the invoice says, where it is text; `null` for XML. */
  readonly fields: ExtractedFields | null;
}

const ATTACHED = 'Guten Tag,\n\nanbei erhalten Sie unseren Beleg als Anhang.\n\nMit freundlichen Gr\u00fc\u00dfen\n';

/**
 * Makes a mail with a correct invoice in the given form, of as many lines of goods as are asked for where it is no XML. Same
 * seed and form, same bytes.
 */
export async function generateMailInvoice(
  seed: number,
  form: MailForm,
  options: { lineCount?: number } = {},
): Promise<GeneratedMail> {
  if (form === 'xml-attached') return withXml(seed);
  if (form === 'pdf-attached') return withPdf(seed, options);
  const { lines, ...rest } = generateTextInvoice(seed, options);
  const parts = bodyParts(lines, form);
  return { ...rest, form, bytes: writeMail({ ...envelope(seed, rest.vendor), combine: 'alternative', parts }) };
}

async function withPdf(seed: number, options: { lineCount?: number }): Promise<GeneratedMail> {
  const { bytes, ...rest } = await generatePdfInvoice(seed, options);
  return { ...rest, form: 'pdf-attached', bytes: withFile(seed, rest.vendor, { mediaType: 'application/pdf', bytes }) };
}

function withXml(seed: number): GeneratedMail {
  const { xml, ...rest } = generateInvoice(seed);
  const file = { mediaType: 'application/xml', bytes: new Uint8Array(Buffer.from(xml)) };
  return { ...rest, form: 'xml-attached', fields: null, bytes: withFile(seed, rest.vendor, file) };
}

function withFile(seed: number, vendor: VendorOnFile, file: { mediaType: string; bytes: Uint8Array }): Uint8Array {
  const name = `invoice-${seed}.${file.mediaType === 'application/pdf' ? 'pdf' : 'xml'}`;
  const cover: Part = { kind: 'text', type: 'plain', charset: 'utf-8', text: `${ATTACHED}${vendor.name}\n` };
  return writeMail({ ...envelope(seed, vendor), combine: 'mixed', parts: [cover, { kind: 'file', name, ...file }] });
}

function envelope(seed: number, vendor: VendorOnFile): Pick<Message, 'from' | 'subject' | 'id'> {
  return {
    from: { name: vendor.name, address: `billing-${seed}@supplier.example` },
    subject: `Ihre Rechnung von ${vendor.name}`,
    id: `invoice-${seed}@supplier.example`,
  };
}

function bodyParts(lines: readonly TextLine[], form: (typeof BODY_FORMS)[number]): Message['parts'] {
  const html: Part = { kind: 'text', type: 'html', charset: 'utf-8', text: htmlOf(lines) };
  const plain: Part = { kind: 'text', type: 'plain', charset: 'utf-8', text: plainText(lines) };
  switch (form) {
    case 'plain-utf-8':
      return [plain];
    case 'plain-iso-8859-1':
      // ISO 8859-1 has no sign for the euro.
      return [
        { ...plain, charset: 'iso-8859-1', text: plain.text.replaceAll('€', 'EUR ').replaceAll(/EUR $/gmu, 'EUR') },
      ];
    case 'html':
      return [html];
    case 'alternative':
      return [plain, html];
  }
}

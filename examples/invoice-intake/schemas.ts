import { parseCurrency, parseMoney } from 'holdfast';
import { z } from 'zod';
import { ExtractedFields } from './extracted-fields.ts';
import { DEFAULT_MEDIA_TYPE, formatOf, MAX_CONTENT_BYTES, MEDIA_TYPES_READ, tooLarge } from './reading/format.ts';
import { WholeDocument } from './ubl/document.ts';

/** What a run starts with: a document as it was delivered, its content either as text or as base64. */
export const Delivery = z
  .object({
    /** Where it comes from, such as a path or a message id: the same source is the same run. */
    source: z.string().min(1).max(500),
    /** UBL, a PDF or a mail; default `application/xml`. */
    mediaType: z.string().min(1).max(100).optional(),
    /** The content of an XML document that was decoded already. */
    text: z.string().optional(),
    /** The bytes of any document, at most 20 MB. */
    base64: z.string().optional(),
  })
  .superRefine((delivery, context) => {
    const fault = faultOf(delivery);
    if (fault !== undefined) context.addIssue({ code: 'custom', ...fault });
  });
/** What a run starts with. */
export type Delivery = z.infer<typeof Delivery>;

/** A document that was read: fields where a parser made them, else text that an agent has to read. */
export const Extracted = z.discriminatedUnion('structured', [
  z.object({
    /** Its fields were parsed, not read by a model: their arithmetic can be judged before any model sees them. */
    structured: z.literal(true),
    mediaType: z.string(),
    text: z.string(),
    document: WholeDocument,
  }),
  z.object({ structured: z.literal(false), mediaType: z.string(), text: z.string() }),
]);
/** A document that was read. */
export type Extracted = z.infer<typeof Extracted>;

/** What a booking is proposed from: a document that was read, or the fields that an agent read from its text. */
export const Source = z.union([Extracted, ExtractedFields]);
/** What a booking is proposed from. */
export type Source = z.infer<typeof Source>;

const Amount = z.string().regex(/^-?\d{1,13}(\.\d{1,6})?$/u, {
  message: 'Write a decimal amount such as 1234.50, with its sign as in the document.',
  abort: true,
});

/** What the agent proposes and the books are sent. */
export const Booking = z
  .strictObject({
    kind: z.enum(['invoice', 'credit-note']).describe('What the document is: invoice or credit-note.'),
    number: z.string().min(1).max(100).describe("The document's own number, exactly as written."),
    vendor: z.string().min(1).max(64).describe('The id of the vendor in the books, as find_vendor answers it.'),
    order: z
      .string()
      .min(1)
      .max(100)
      .nullable()
      .describe('The number of our order that the document names; null when it names none.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/u, { message: 'Write three capital letters such as EUR.', abort: true })
      .describe('The currency of the document, such as EUR.'),
    net: Amount.describe('The total without VAT (TaxExclusiveAmount).'),
    tax: Amount.describe('The total VAT in the currency of the document (TaxTotal/TaxAmount).'),
    gross: Amount.describe('The total with VAT (TaxInclusiveAmount).'),
    payable: Amount.describe('The amount due for payment (PayableAmount).'),
    account: z
      .string()
      .min(1)
      .max(64)
      .nullable()
      .describe(
        'The bank account to pay to as the document states it (PayeeFinancialAccount); null when it states none.',
      ),
  })
  .superRefine((booking, context) => {
    for (const field of AMOUNTS) {
      const message = notMoney(booking[field], booking.currency);
      if (message !== undefined) context.addIssue({ code: 'custom', path: [field], message });
    }
  });
/** What the agent proposes and the books are sent. */
export type Booking = z.infer<typeof Booking>;

/** The amounts of a booking. */
export const AMOUNTS = ['net', 'tax', 'gross', 'payable'] as const;

/** What the books answer to a booking. */
export const Receipt = z.object({
  /** The booking's id in the books. */
  id: z.string(),
  kind: z.enum(['invoice', 'credit-note']),
  number: z.string(),
  vendor: z.string(),
  currency: z.string(),
  payable: z.string(),
  /** The payment that was entered with it, where one was. */
  payment: z.object({ id: z.string(), account: z.string(), amount: z.string() }).nullable(),
});
/** What the books answer to a booking. */
export type Receipt = z.infer<typeof Receipt>;

function faultOf({
  mediaType = DEFAULT_MEDIA_TYPE,
  text,
  base64,
}: Delivery): { path: string[]; message: string } | undefined {
  const format = formatOf(mediaType);
  if (format === undefined) return { path: ['mediaType'], message: `"${mediaType}" is not read; ${MEDIA_TYPES_READ}.` };
  if ((text === undefined) === (base64 === undefined))
    return { path: [], message: 'give the content once, either as `text` or as `base64`.' };
  if (text !== undefined && format !== 'xml')
    return { path: ['text'], message: `a document of type ${mediaType} is bytes; give them as \`base64\`.` };
  const path = [text === undefined ? 'base64' : 'text'];
  const bytes = text === undefined ? Math.floor(((base64 ?? '').length * 3) / 4) : Buffer.byteLength(text);
  if (bytes > MAX_CONTENT_BYTES) return { path, message: `the document ${tooLarge(bytes)}` };
  if (base64 !== undefined && (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(base64)))
    return { path, message: 'the content is no base64; encode the bytes of the file with padding.' };
  return undefined;
}

function notMoney(amount: string, currency: string): string | undefined {
  try {
    parseMoney(amount, parseCurrency(currency));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

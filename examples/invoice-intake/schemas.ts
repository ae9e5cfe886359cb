import { parseCurrency, parseMoney } from 'holdfast';
import { z } from 'zod';
import { WholeDocument } from './ubl/document.ts';

/** What a run starts with: a document as it was delivered. */
export const Delivery = z.object({
  /** Where it comes from, such as a path or a message id: the same source is the same run. */
  source: z.string().min(1).max(500),
  /** Default `application/xml`. */
  mediaType: z.string().min(1).max(100).optional(),
  text: z.string(),
});
/** What a run starts with. */
export type Delivery = z.infer<typeof Delivery>;

/** A document that was read: its text, and what a parser made of it. */
export const Extracted = z.object({
  mediaType: z.string(),
  text: z.string(),
  /** Whether its fields were parsed, not read by a model: then its arithmetic can be judged before any model sees it. */
  structured: z.literal(true),
  document: WholeDocument,
});
/** A document that was read. */
export type Extracted = z.infer<typeof Extracted>;

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

function notMoney(amount: string, currency: string): string | undefined {
  try {
    parseMoney(amount, parseCurrency(currency));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

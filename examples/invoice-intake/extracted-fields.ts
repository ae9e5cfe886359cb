import { z } from 'zod';

const Amount = z.string().regex(/^-?\d{1,13}(\.\d{1,6})?$/u, {
  message: 'Write a decimal amount such as 1234.50, with its sign as in the document.',
});
const Optional = Amount.nullable();

/** What an agent reads from a document that is text: a PDF or a mail. Everything as the document states it, nothing computed. */
export const ExtractedFields = z.strictObject({
  kind: z.enum(['invoice', 'credit-note']).describe('What the document is: invoice or credit-note.'),
  number: z.string().min(1).max(100).describe("The document's own number, exactly as written."),
  issueDate: z.string().max(40).nullable().describe('The date of the document as YYYY-MM-DD; null when it has none.'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/u, { message: 'Write three capital letters such as EUR.' })
    .describe('The currency of the document, such as EUR.'),
  supplier: z.strictObject({
    name: z.string().min(1).max(300).describe('The name of the supplier who sends the document.'),
    vatId: z.string().max(40).nullable().describe('The VAT number of the supplier; null when it states none.'),
  }),
  order: z.string().min(1).max(100).nullable().describe('The number of our order; null when the document names none.'),
  accounts: z
    .array(z.string().min(1).max(64))
    .max(20)
    .describe('Every bank account the document asks to be paid to, without spaces; empty when it states none.'),
  lines: z
    .array(
      z.strictObject({
        id: z.string().max(40).nullable().describe('The number of the line; null when it has none.'),
        net: Amount.describe('The net amount of the line.'),
      }),
    )
    .max(2_000)
    .describe('Every line of the document with its net amount.'),
  allowances: z
    .array(
      z.strictObject({
        kind: z.enum(['allowance', 'charge']).describe('A discount is an allowance, shipping is a charge.'),
        amount: Amount.describe('The amount, without a sign.'),
      }),
    )
    .max(100)
    .describe('Discounts and charges of the whole document; empty when there are none.'),
  vat: z
    .array(
      z.strictObject({
        rate: Optional.describe('The VAT rate in percent.'),
        taxable: Optional.describe('The amount that is taxed at this rate; null when it is not written.'),
        tax: Amount.describe('The VAT at this rate.'),
      }),
    )
    .max(50)
    .describe('The VAT breakdown by rate; empty when there is none.'),
  totals: z.strictObject({
    lines: Optional.describe('The sum of the lines; null when it is not written.'),
    net: Amount.describe('The total without VAT.'),
    tax: Amount.describe('The total VAT.'),
    gross: Amount.describe('The total with VAT.'),
    prepaid: Optional.describe('What was paid already; null when nothing is written.'),
    payable: Amount.describe('The amount due for payment.'),
  }),
});
/** What an agent reads from a document that is text. */
export type ExtractedFields = z.infer<typeof ExtractedFields>;

import { tool, withOptional } from './conversation.ts';

const text = { type: 'string' };
const textOrNull = { anyOf: [text, { type: 'null' }] };

/** A look-up of sellers by VAT id or name. */
export const findVendor = withOptional(
  tool('find_vendor', 'Finds a vendor in the books.', { vatId: text, name: text }),
  ['vatId', 'name'],
);

/** A look-up of orders by number. */
export const findOrder = tool('find_order', 'Finds a purchase order.', { number: text });

/** The final tool: everything a booking may hold. */
export const submit = tool('submit', 'Hands in the final output.', {
  kind: { enum: ['invoice', 'credit-note'] },
  vendor: { ...textOrNull, description: 'Id of the vendor in the books.' },
  number: { ...text, description: 'Invoice number as the document has it.' },
  order: { ...textOrNull, description: 'Purchase order number, or null.' },
  issueDate: text,
  dueDate: textOrNull,
  currency: text,
  net: text,
  tax: text,
  total: { ...text, description: 'Payable amount as the document has it.' },
  account: { ...textOrNull, description: 'Account to pay, or null when the document names none.' },
});

/** What the two look-ups answer when they find something. */
export const FOUND = {
  find_vendor: { id: 'V-100', name: 'Müller & Söhne GmbH', vatId: 'DE811907980', account: 'DE00000000000000000000' },
  find_order: { number: 'PO-88', vendor: 'V-100', open: '500.00' },
};

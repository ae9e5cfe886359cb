import { z } from 'zod';

/** A message to the support, under the name that its mailbox gave it. */
export const Message = z.strictObject({ message: z.string().min(1), from: z.string(), text: z.string().min(1) });

/** What the desk is to know of a message. */
export const Ticket = z.strictObject({
  message: z.string().describe('The name of the message, as given.'),
  topic: z.enum(['outage', 'billing', 'question']),
  urgent: z.boolean(),
  quote: z.string().min(1).describe('A sentence of the message that says what it is about, word for word.'),
});

/** What the desk answers. */
export const Opened = z.object({ ticket: z.string() });

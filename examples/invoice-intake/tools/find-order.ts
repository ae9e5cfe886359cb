import { defineTool } from 'holdfast';
import { z } from 'zod';
import { tenantHeader } from './tenant-header.ts';

/** An order as the books know it. */
export const OrderOnFile = z.object({
  number: z.string(),
  /** The vendor's id. */
  vendor: z.string(),
  currency: z.string(),
  net: z.string(),
});
/** An order as the books know it. */
export type OrderOnFile = z.infer<typeof OrderOnFile>;

/** Finds an order of ours by its number. */
export const findOrder = defineTool({
  name: 'find_order',
  version: 1,
  description:
    'Finds our order that the document names, by its number. A document without an order reference needs none.',
  system: 'books',
  effect: 'read',
  input: z.object({ number: z.string().min(1).describe('The number of the order as the document writes it.') }),
  output: z.object({ orders: z.array(OrderOnFile) }),
  send: ({ number }, { http, tenant }) => http.get('/orders', { query: { number }, headers: tenantHeader(tenant) }),
});

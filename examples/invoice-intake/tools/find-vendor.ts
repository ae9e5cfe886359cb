import { defineTool } from 'holdfast';
import { z } from 'zod';
import { tenantHeader } from './tenant-header.ts';

const Vendor = z.object({
  id: z.string(),
  name: z.string(),
  vatId: z.string().nullable(),
  accounts: z.array(z.string()),
});

/** Finds the vendors that a supplier can be. */
export const findVendor = defineTool({
  name: 'find_vendor',
  version: 1,
  description: 'Finds vendors on file by the name of the supplier, and by its VAT number where the document has one.',
  system: 'books',
  effect: 'read',
  input: z.object({
    name: z.string().min(1).describe("The supplier's registered name as the document writes it."),
    vatId: z
      .string()
      .min(1)
      .nullable()
      .optional()
      .describe("The supplier's VAT number as the document writes it; leave it out when there is none."),
  }),
  output: z.object({ vendors: z.array(Vendor) }),
  send: ({ name, vatId }, { http, tenant }) =>
    http.get('/vendors', { query: { name, vatId }, headers: tenantHeader(tenant) }),
});

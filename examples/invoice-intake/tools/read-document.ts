import { defineTool } from 'holdfast';
import { Delivery, Extracted } from '../schemas.ts';
import { readWholeUbl } from '../ubl/read-ubl.ts';

const XML = 'application/xml';

/** Reads a delivered document into its text and its fields. Computes only. */
export const readDocument = defineTool({
  name: 'read_document',
  version: 1,
  description: 'Reads a UBL 2.1 invoice or credit note into its fields.',
  effect: 'read',
  input: Delivery,
  output: Extracted,
  resultFacts: ({ structured }): { structured: boolean } => ({ structured }),
  send: async ({ mediaType, text }) => ({
    mediaType: mediaType ?? XML,
    text,
    structured: true,
    document: readWholeUbl(text),
  }),
});

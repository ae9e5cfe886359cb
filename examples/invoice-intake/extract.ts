import { defineAgent } from 'holdfast';
import { ExtractedFields } from './extracted-fields.ts';
import { Extracted } from './schemas.ts';
import { shownDocument } from './shown-document.ts';
import { addsUp } from './verifiers/adds-up.ts';
import { standsInText } from './verifiers/stands-in-text.ts';

/** Reads the fields of a document that is text; none counts that the text does not say, or that does not add up. */
export const extract = defineAgent({
  input: Extracted,
  output: ExtractedFields,
  prompt: new URL('./extract.md', import.meta.url),
  show: shownDocument,
  verify: [standsInText, addsUp],
});

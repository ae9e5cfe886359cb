import { readFileSync } from 'node:fs';
import { readWholeUbl } from '../../../examples/invoice-intake/ubl/read-ubl.ts';
import type { WholeDocument } from '../../../examples/invoice-intake/ubl/document.ts';

/** The text of a sample document of the example. */
export function sampleText(file: string): string {
  return readFileSync(new URL(`../../../examples/invoice-intake/documents/${file}`, import.meta.url), 'utf8');
}

/** A sample document, read. */
export function sample(file: string): WholeDocument {
  return readWholeUbl(sampleText(file));
}

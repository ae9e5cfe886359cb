import { readWholeUbl } from '../ubl/read-ubl.ts';
import type { Parsed } from './parsed.ts';

/**
 * Reads UBL into its fields.
 * @throws JobError `invalid-input` for anything else
 */
export function parseXml(text: string, mediaType: string): Parsed {
  return { structured: true, mediaType, text, document: readWholeUbl(text) };
}

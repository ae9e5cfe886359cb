import type { WholeDocument } from '../ubl/document.ts';
import type { Format } from './format.ts';

/** Bytes to be read, and what they are said to be. */
export interface ToParse {
  readonly format: Format;
  /** The media type as delivered, without parameters. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What a document was read into: fields by a parser, or text that an agent has to read. */
export type Parsed =
  | { readonly structured: true; readonly mediaType: string; readonly text: string; readonly document: WholeDocument }
  | { readonly structured: false; readonly mediaType: string; readonly text: string };

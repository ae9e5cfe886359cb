/** The formats that are read: UBL as XML, a PDF with a text layer, a mail. */
export type Format = 'xml' | 'pdf' | 'mail';

/** Media types that are read, by what is in them. */
const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
  ['application/pdf', 'pdf'],
  ['message/rfc822', 'mail'],
]);

/** The media type of a delivery that names none. */
export const DEFAULT_MEDIA_TYPE = 'application/xml';

/** What a person is told who delivered another media type; goes on after the type's name. */
export const MEDIA_TYPES_READ = `deliver ${[...FORMATS.keys()].join(', ')}`;

/** The format of a media type, its parameters aside; `undefined` when it is not read. */
export function formatOf(mediaType: string): Format | undefined {
  return FORMATS.get(mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '');
}

/** The most content of one document, in bytes: 20 MB. */
export const MAX_CONTENT_BYTES = 20 * 1024 * 1024;

/** The sentence about a document of too many bytes; goes on after "The document". */
export function tooLarge(bytes: number): string {
  const megabytes = (Math.ceil((bytes / 1024 / 1024) * 10) / 10).toFixed(1);
  return `has ${megabytes} MB; at most ${MAX_CONTENT_BYTES / 1024 / 1024} MB are taken. Have it sent without pictures, or in several documents.`;
}

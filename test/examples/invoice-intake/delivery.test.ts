import { expect, test } from '@jest/globals';
import { Delivery } from '../../../examples/invoice-intake/schemas.ts';

interface BadDelivery {
  readonly what: string;
  readonly given: () => Readonly<Record<string, unknown>>;
  readonly sentence: RegExp;
}

const BAD_DELIVERIES: readonly BadDelivery[] = [
  {
    what: '50 MB as base64',
    given: () => ({ mediaType: 'application/pdf', base64: Buffer.alloc(50 * 1024 * 1024).toString('base64') }),
    sentence: /^the document has 50\.\d MB; at most 20 MB are taken\. Have it sent without pictures/u,
  },
  {
    what: '50 MB as text',
    given: () => ({ text: 'x'.repeat(50 * 1024 * 1024) }),
    sentence: /^the document has 50\.0 MB; at most 20 MB are taken/u,
  },
  { what: 'no content', given: () => ({}), sentence: /give the content once, either as `text` or as `base64`/u },
  { what: 'two contents', given: () => ({ text: 'a', base64: 'YQ==' }), sentence: /give the content once/u },
  {
    what: 'a PDF as text',
    given: () => ({ mediaType: 'application/pdf', text: 'a' }),
    sentence: /give them as `base64`/u,
  },
  { what: 'no base64', given: () => ({ base64: 'a b' }), sentence: /the content is no base64/u },
  {
    what: 'another media type',
    given: () => ({ mediaType: 'image/png', base64: 'YQ==' }),
    sentence: /^"image\/png" is not read; deliver application\/xml, text\/xml, application\/pdf, message\/rfc822/u,
  },
];

test.each(BAD_DELIVERIES)(
  'a delivery with $what is refused in one sentence [document.bounded]',
  ({ given, sentence }) => {
    const parsed = Delivery.safeParse({ source: 'a', ...given() });
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(sentence)]);
  },
);

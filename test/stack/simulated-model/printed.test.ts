import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { ExtractedFields } from '../../../examples/invoice-intake/extracted-fields.ts';
import {
  BODY_FORMS,
  generateMailInvoice,
} from '../../../examples/invoice-intake/generate/mail/generate-mail-invoice.ts';
import { generatePdfInvoice } from '../../../examples/invoice-intake/generate/pdf/generate-pdf-invoice.ts';
import { textOfMail, textOfPdf } from '../../examples/invoice-intake/shown-text.ts';
import { argumentsOf, ask, opening, type Message, type Tool } from './conversation.ts';
import { startModel, type ModelProcess } from './model-process.ts';

let model: ModelProcess;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.stop());

const SEEDS = Array.from({ length: 30 }, (_, index) => 1_000 + index);
const { required = [], ...parameters } = z.toJSONSchema(ExtractedFields, { io: 'input' });
const submit: Tool = {
  type: 'function',
  function: { name: 'submit', description: 'Hands in the final output.', parameters: { required, ...parameters } },
};

/** What the model submits as the fields of a document that is text. */
async function extracted(text: string, mediaType = 'text/plain', after: Message[] = []): Promise<unknown> {
  const messages = [...opening(text, mediaType, 'Extract the fields of the document.'), ...after];
  return argumentsOf(await ask(model, messages, { tools: [submit] }), 'submit');
}

test('thirty generated PDFs are read entirely right', async () => {
  const read = await Promise.all(
    SEEDS.map(async (seed) => {
      const { bytes, fields } = await generatePdfInvoice(seed);
      return { seed, fields, submitted: await extracted(await textOfPdf(bytes)) };
    }),
  );
  expect(read.map(({ seed, submitted }) => ({ seed, submitted }))).toEqual(
    read.map(({ seed, fields }) => ({ seed, submitted: fields })),
  );
});

test.each(BODY_FORMS)('thirty generated mails of the form %s are read entirely right', async (form) => {
  const read = await Promise.all(
    SEEDS.map(async (seed) => {
      const { bytes, fields } = await generateMailInvoice(seed, form);
      return { seed, fields, submitted: await extracted(await textOfMail(bytes)) };
    }),
  );
  expect(read.map(({ seed, submitted }) => ({ seed, submitted }))).toEqual(
    read.map(({ seed, fields }) => ({ seed, submitted: fields })),
  );
});

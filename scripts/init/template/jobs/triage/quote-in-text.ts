import { defineVerifier, type Finding, verdictOf } from 'holdfast';
import { Message, Ticket } from './schemas.ts';

/** Accepts a ticket of this very message whose quote stands in its text; sentences go back to the model. */
export const quoteInText = defineVerifier({
  name: 'quote-in-text',
  version: 1,
  input: Message,
  output: Ticket,
  judge: ({ input, output }) => {
    const findings: Finding[] = [];
    if (!oneLine(input.text).includes(oneLine(output.quote))) {
      findings.push(found('quote', `The message does not say "${output.quote}"; copy a sentence word for word.`));
    }
    if (output.message !== input.message) {
      findings.push(found('message', `The message is named "${input.message}", not "${output.message}".`));
    }
    return verdictOf(findings);
  },
});

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

function found(field: string, sentence: string): Finding {
  return { of: 'output', rule: 'quote-in-text', field, sentence };
}

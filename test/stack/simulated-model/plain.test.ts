import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { argumentsOf, ask, opening, tool } from './conversation.ts';
import { startModel, type ModelProcess } from './model-process.ts';

let model: ModelProcess;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.stop());

const FIELDS = {
  message: { type: 'string' },
  topic: { type: 'string', enum: ['billing', 'outage', 'question'] },
  urgent: { type: 'boolean' },
  quote: { type: 'string', description: 'A sentence, word for word.' },
};

async function handedIn(text: string, fields: Record<string, object> = FIELDS): Promise<unknown> {
  const turn = await ask(model, opening(JSON.stringify({ message: 'm-7', text })), {
    tools: [tool('submit', 'Hands in the final output.', fields)],
  });
  return turn.calls.length === 0 ? turn.text : argumentsOf(turn, 'submit');
}

test('JSON without an invoice is answered from what it says: same names, words of a list, yes or no, a quote [model.simulated]', async () => {
  expect(await handedIn('The tills show the outage page. It is urgent, more than billing.')).toEqual({
    message: 'm-7',
    topic: 'outage',
    urgent: true,
    quote: 'The tills show the outage page.',
  });
});

test('what a text does not say is no, and the last of the words [model.simulated]', async () => {
  expect(await handedIn('When do you open')).toEqual({
    message: 'm-7',
    topic: 'question',
    urgent: false,
    quote: 'When do you open',
  });
});

test('a field that no rule fills leaves the answer open [model.simulated]', async () => {
  const fields = { ...FIELDS, customer: { type: 'string' } };
  expect(await handedIn('The tills show the outage page.', fields)).toBe(
    'I cannot find an invoice in what I was shown.',
  );
});

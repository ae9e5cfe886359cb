import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { argumentsOf, ask, opening, tool, type Message, type Turn } from './conversation.ts';
import { invoice } from './documents.ts';
import { startModel, type ModelProcess } from './model-process.ts';

let model: ModelProcess;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.stop());

const text = { type: 'string' };
const final = tool('submit', 'Hands in the final output.', { number: text, currency: text, net: text, total: text });
const RIGHT = { number: 'K-2041', currency: 'EUR', net: '100.00', total: '119.00' };

/** The next turn after a submission with these arguments got this result, and perhaps a word from the user. */
function afterSubmitting(given: object, result: string, remark?: string): Promise<Turn> {
  const call = { id: 'call_1', type: 'function', function: { name: 'submit', arguments: JSON.stringify(given) } };
  const messages: Message[] = [
    ...opening(invoice()),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'call_1', content: result },
    ...(remark === undefined ? [] : [{ role: 'user', content: remark }]),
  ];
  return ask(model, messages, { tools: [final] });
}

test.each([
  [
    'findings of the submission',
    '{"findings":[{"of":"output","path":["total"],"message":"differs from the source"}]}',
    undefined,
  ],
  [
    'an error that names the field',
    '{"error":{"field":"booking.total","message":"must equal the payable amount"}}',
    undefined,
  ],
  ['findings in a user message', 'Not accepted.', '[{"rule":"source-matches","field":"/total"}]'],
  ['findings in prose', 'Not accepted.', 'total: is not what the document says'],
])('%s lead to a corrected submission', async (_name, result, remark) => {
  const turn = await afterSubmitting({ ...RIGHT, total: '911.00' }, result, remark);
  expect(argumentsOf(turn, 'submit')).toEqual(RIGHT);
});

test('a finding against a right value gets the next best reading of the document', async () => {
  const other = invoice().replace('PayableAmount currencyID="EUR">119.00', 'PayableAmount currencyID="EUR">99.00');
  const call = {
    id: 'c',
    type: 'function',
    function: { name: 'submit', arguments: JSON.stringify({ ...RIGHT, total: '99.00' }) },
  };
  const messages: Message[] = [
    ...opening(other),
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: 'c', content: '{"findings":[{"path":"total"}]}' },
  ];
  expect(argumentsOf(await ask(model, messages, { tools: [final] }), 'submit')).toEqual(RIGHT);
});

test('a finding that nothing in the document answers gets the same submission again', async () => {
  const turn = await afterSubmitting(RIGHT, '{"findings":[{"path":"currency","message":"must be USD"}]}');
  expect(argumentsOf(turn, 'submit')).toEqual(RIGHT);
});

test('a reminder to use the final tool gets the submission', async () => {
  const messages: Message[] = [
    ...opening(invoice()),
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'Use submit.' },
  ];
  expect(argumentsOf(await ask(model, messages, { tools: [final] }), 'submit')).toEqual(RIGHT);
});

test('the same conversation gets the same answer', async () => {
  const first = await ask(model, opening(invoice()), { tools: [final] });
  const second = await ask(model, opening(invoice()), { tools: [final] });
  expect(second.completion.choices).toEqual(first.completion.choices);
});

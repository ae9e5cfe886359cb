import { type FixtureResponse, LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chooseModels, loadConfig } from '../../../config/index.ts';
import { SAMPLE_DOCUMENTS } from '../../../examples/invoice-intake/expected.ts';
import { invoiceIntake } from '../../../examples/invoice-intake/job.ts';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { type ProbeEngine, startProbe } from '../../fixtures/probe-engine.ts';
import { type BooksUnderTest, createSchemaFor, dropSchema, startBooks } from './books-under-test.ts';
import { sampleDelivery } from './sample-documents.ts';

const SCHEMA = 'books_open_ai_compatible';
const FILE = '01-plain.xml';
const text = (value: unknown): string => JSON.stringify(value);

let books: BooksUnderTest;
let mock: LLMock;
let engine: ProbeEngine;

beforeAll(async () => {
  await createSchemaFor(SCHEMA);
  mock = new LLMock({ port: 0, host: '127.0.0.1' });
  [books] = await Promise.all([startBooks(SCHEMA), mock.start()]);
  const env = { OPENAI_BASE_URL: `${mock.url}/v1`, OPENAI_MODEL: 'any', OPENAI_API_KEY: 'none' };
  const config = loadConfig({ cwd: import.meta.dirname, env });
  const { by, endpoints } = chooseModels(config, { ollama: [], simulated: { address: '', model: '' } });
  expect(by).toBe('environment');
  engine = await startProbe({
    jobs: ['examples/invoice-intake'],
    systems: { books: { address: books.address, credential: books.token } },
    endpoints: endpoints.map((endpoint) => ({
      ...endpoint,
      cleared: [...endpoint.cleared],
      quirks: [...(endpoint.quirks ?? [])],
    })),
  });
  await books.ask('POST /seed', { tenant: engine.tenant, body: SEED });
});

afterAll(async () => {
  await engine.close();
  await Promise.all([books.stop(), mock.stop()]);
  await dropSchema(SCHEMA);
});

test('with OPENAI_BASE_URL the example runs over a foreign server that is limited, cuts answers and gets arguments wrong [endpoint.open-ai-compatible]', async () => {
  const expected = SAMPLE_DOCUMENTS.find(({ file }) => file === FILE)?.expected;
  const booking = expected?.end === 'booked' ? expected.booking : undefined;
  const answers: readonly FixtureResponse[] = [
    { error: { message: 'slow down' }, status: 429, retryAfter: 1 },
    { toolCalls: [{ name: 'find_vendor', arguments: '{"name":' }] },
    { error: { message: 'overloaded' }, status: 503 },
    {
      toolCalls: [
        { name: 'find_vendor', arguments: text({ name: 'Nordlicht Bürobedarf GmbH', vatId: 'DE100000117' }) },
        { name: 'find_order', arguments: text({ number: 'KW-4711' }) },
      ],
    },
    { content: 'The booking is', finishReason: 'length' },
    { toolCalls: [{ name: 'submit', arguments: text(booking) }] },
  ];
  let asked = 0;
  mock.on({}, () => answers[Math.min(asked++, answers.length - 1)] ?? { content: '' });
  const { client, tenant } = engine;
  const { runId } = await client.start(invoiceIntake, sampleDelivery(FILE), { tenant });
  const run = await client.wait(runId, { tenant, timeoutMs: 50_000 });
  expect(run).toMatchObject({ status: 'completed', turns: 4, model: 'any' });
  expect(asked).toBe(answers.length);
  expect(await books.listOf(tenant, 'bookings')).toEqual([expect.objectContaining({ ...booking })]);
});

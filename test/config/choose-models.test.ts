import { expect, test } from '@jest/globals';
import { asksOllama, chooseModels, OLLAMA_TAGS, ollamaModels } from '../../config/choose-models.ts';
import { JobError } from '../../domain/errors.ts';
import { load } from './config-folder.ts';

const NOTHING = { ollama: [], simulated: { address: 'http://127.0.0.1:4000/v1', model: 'simulated' } };
const ALL = ['public', 'internal', 'confidential', 'restricted'];
const FILE =
  'endpoints: [{ id: small, address: "http://10.0.0.1/v1", model: one }, { id: large, address: "http://127.0.0.1/v1", model: two }]';

// How long its context is nobody said, so nothing is too long for it.
const UNSAID = { capabilities: { tools: true }, quirks: [] };

test('the endpoints of the file answer, whatever the environment says [model.choice]', () => {
  const config = load(FILE, { env: { OPENAI_API_KEY: 'key', OPENAI_MODEL: 'other' } });
  const { by, endpoints } = chooseModels(config, { ...NOTHING, ollama: ['llama'] });
  expect({ by, ids: endpoints.map(({ id, model }) => [id, model]) }).toEqual({
    by: 'file',
    ids: [
      ['small', 'one'],
      ['large', 'two'],
    ],
  });
  expect(asksOllama(config)).toBe(false);
});

test('OPENAI_API_KEY alone means the server of OpenAI, which is cleared for public and internal data [model.choice]', () => {
  const config = load(undefined, { env: { OPENAI_API_KEY: 'key' } });
  expect(chooseModels(config, { ...NOTHING, ollama: ['llama'] })).toEqual({
    by: 'environment',
    endpoints: [
      {
        id: 'default',
        address: 'https://api.openai.com/v1',
        model: 'gpt-4.1-mini',
        cleared: ['public', 'internal'],
        credential: 'key',
        ...UNSAID,
      },
    ],
  });
  expect(asksOllama(config)).toBe(false);
});

test('OPENAI_BASE_URL on this machine is cleared for everything and needs no key [model.choice]', () => {
  const config = load(undefined, { env: { OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1', OPENAI_MODEL: 'mine' } });
  const { endpoints } = chooseModels(config, NOTHING);
  expect(endpoints).toEqual([
    { id: 'default', address: 'http://127.0.0.1:8000/v1', model: 'mine', cleared: ALL, ...UNSAID },
  ]);
});

test('OPENAI_BASE_URL of another server without OPENAI_MODEL is refused [model.choice]', () => {
  const config = load(undefined, { env: { OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' } });
  expect(() => chooseModels(config, NOTHING)).toThrow(
    new JobError(
      'invalid-config',
      'OPENAI_BASE_URL is set without OPENAI_MODEL; set it to a model that http://127.0.0.1:8000/v1 serves.',
    ),
  );
});

test.each([
  ['its first model', {}, 'llama'],
  ['the one that OPENAI_MODEL names', { OPENAI_MODEL: 'other' }, 'other'],
])('a local Ollama answers with %s [model.choice]', (_, env, model) => {
  const config = load(undefined, { env });
  expect(asksOllama(config)).toBe(true);
  expect(chooseModels(config, { ...NOTHING, ollama: ['llama', 'other'] })).toEqual({
    by: 'ollama',
    endpoints: [{ id: 'default', address: 'http://127.0.0.1:11434/v1', model, cleared: ALL, ...UNSAID }],
  });
});

test('with nothing else the simulated model answers [model.choice]', () => {
  const { by, endpoints } = chooseModels(load(undefined), NOTHING);
  expect({ by, model: endpoints[0].model, cleared: endpoints[0].cleared }).toEqual({
    by: 'simulated',
    model: 'simulated',
    cleared: ALL,
  });
});

test('HOLDFAST_CLEARED adds to what an endpoint is cleared for', () => {
  const env = { OPENAI_API_KEY: 'key', HOLDFAST_CLEARED: 'restricted, internal' };
  expect(chooseModels(load(undefined, { env }), NOTHING).endpoints[0].cleared).toEqual([
    'public',
    'internal',
    'restricted',
  ]);
  expect(load(FILE, { env }).endpoints[0]?.cleared).toEqual(['public', 'internal', 'restricted']);
});

test('ollamaModels reads names and leaves out what only embeds', () => {
  expect(OLLAMA_TAGS).toBe('http://127.0.0.1:11434/api/tags');
  expect(ollamaModels({ models: [{ name: 'nomic-embed-text', size: 1 }, { name: 'llama' }] })).toEqual(['llama']);
});

test.each([undefined, null, 'html', {}, { models: 'none' }, { models: [{ id: 1 }] }])(
  'ollamaModels reads nothing from %j',
  (answer) => {
    expect(ollamaModels(answer)).toEqual([]);
  },
);

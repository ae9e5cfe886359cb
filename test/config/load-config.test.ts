import { expect, test } from '@jest/globals';
import { load } from './config-folder.ts';

test.each([
  ['a missing file', undefined],
  ['an empty file', ''],
  ['a file of comments', '# nothing yet\n'],
])('%s gives every key its default [config.defaults]', (_, yaml) => {
  const { root: _root, effective: _effective, origins: _origins, ...config } = load(yaml);
  expect(config).toEqual({
    temporal: { namespace: 'default' },
    database: {},
    jobs: ['examples/invoice-intake'],
    systems: {},
    pools: {},
    sweep: { everySeconds: 10, unavailableHours: 24, pausedHours: 168 },
    retention: { deliveryDays: 90, tokenDays: 90, alarmDays: 90 },
    layout: 'together',
    workers: { processes: 2, workflowTaskSlots: 4, activitySlots: 100 },
    api: { requestsPerSecond: 500, maxInputMiB: 32, maxStreams: 500 },
    principals: {},
    triggers: {},
    endpoints: [],
    openai: {},
    cleared: [],
  });
});

test('the file sets every key', () => {
  const config = load(FULL, { env: { BOOKS_TOKEN: 'token' }, files: { 'model.key': 'key\n' } });
  expect(config).toMatchObject({
    temporal: { address: 'temporal.internal:7233', namespace: 'finance' },
    database: { url: 'postgres://holdfast@db.internal/holdfast' },
    jobs: ['jobs/one', 'jobs/two'],
    systems: { books: { address: 'https://books.internal/api', credential: 'token' } },
    pools: {
      gpu: { taskQueue: 'gpu-calls', slots: 4 },
    },
    layout: 'apart',
    workers: { processes: 3, workflowTaskSlots: 4, activitySlots: 50 },
    api: { port: 7400, requestsPerSecond: 20, maxInputMiB: 8, maxStreams: 5 },
    principals: {
      ada: { kind: 'person', tenants: ['default'], roles: ['operator'], publicKey: `ed25519:${'A'.repeat(43)}` },
      gateway: { kind: 'service', tenants: ['acme'], roles: ['viewer'] },
    },
    endpoints: [
      {
        id: 'small',
        address: 'https://models.internal/v1',
        model: 'one',
        cleared: ['public', 'internal', 'confidential'],
        credential: 'key',
        contextTokens: 131_072,
      },
    ],
  });
});

test('an endpoint says what it costs, what it can and how it differs [endpoint.quirks]', () => {
  const yaml = `
endpoints:
  - id: small
    address: http://127.0.0.1:1/v1
    model: one
    maxOutputTokens: 4096
    timeout: 30 seconds
    price: { inputPerMillion: 0.15, outputPerMillion: 0.6, date: "2026-11-01" }
    capabilities: { tools: false }
    quirks: [no-parallel-tool-calls, max-completion-tokens, no-usage]`;
  expect(load(yaml).endpoints).toEqual([
    {
      id: 'small',
      address: 'http://127.0.0.1:1/v1',
      model: 'one',
      cleared: ['public', 'internal', 'confidential', 'restricted'],
      contextTokens: 32_768,
      maxOutputTokens: 4_096,
      timeoutMs: 30_000,
      price: { inputPerMillion: 0.15, outputPerMillion: 0.6, currency: 'USD', date: '2026-11-01' },
      capabilities: { tools: false },
      quirks: ['no-parallel-tool-calls', 'max-completion-tokens', 'no-usage'],
    },
  ]);
});

test('variables replace what the file says [config.environment]', () => {
  const { temporal, database } = load(FULL, {
    env: {
      BOOKS_TOKEN: 'token',
      TEMPORAL_ADDRESS: '127.0.0.1:7000',
      TEMPORAL_NAMESPACE: 'mine',
      TEMPORAL_API_KEY: 'secret',
      DATABASE_URL: 'postgres://me:password@127.0.0.1/mine',
    },
    files: { 'model.key': 'key' },
  });
  expect(temporal).toEqual({ address: '127.0.0.1:7000', namespace: 'mine', apiKey: 'secret', tls: true });
  expect(database).toEqual({ url: 'postgres://me:password@127.0.0.1/mine' });
});

test('a variable that is set but empty counts as unset [config.empty-is-unset]', () => {
  const names = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_API_KEY', 'TEMPORAL_TLS', 'DATABASE_URL'];
  const models = [
    'OPENAI_API_KEY',
    'OPENAI_BASE_URL',
    'OPENAI_MODEL',
    'HOLDFAST_CLEARED',
    'TEMPORAL_TLS_CLIENT_KEY_PATH',
  ];
  const empty = load(undefined, { env: Object.fromEntries([...names, ...models].map((name) => [name, ''])) });
  const unset = load(undefined);
  expect({ ...empty, root: '' }).toEqual({ ...unset, root: '' });
});

test('TLS comes from the variables that the tools of Temporal read [config.environment]', () => {
  const { temporal } = load(undefined, {
    env: {
      TEMPORAL_TLS_SERVER_NAME: 'temporal.example',
      TEMPORAL_TLS_SERVER_CA_CERT_DATA: 'authority',
      TEMPORAL_TLS_CLIENT_CERT_PATH: 'client.pem',
      TEMPORAL_TLS_CLIENT_KEY_PATH: 'client.key',
    },
    files: { 'client.pem': 'certificate\n', 'client.key': 'private key\n' },
  });
  expect(temporal.tls).toEqual({
    serverName: 'temporal.example',
    serverRootCa: 'authority',
    clientCertificate: 'certificate',
    clientKey: 'private key',
  });
});

test('TEMPORAL_TLS=false turns TLS off although there is an API key', () => {
  const { temporal } = load(undefined, { env: { TEMPORAL_API_KEY: 'secret', TEMPORAL_TLS: 'false' } });
  expect(temporal).toEqual({ namespace: 'default', apiKey: 'secret' });
});

test('a named pool makes the layout apart', () => {
  expect(load('pools: { gpu: {} }').layout).toBe('apart');
});

const FULL = `
temporal:
  address: temporal.internal:7233
  namespace: finance
database:
  url: postgres://holdfast@db.internal/holdfast
jobs: [jobs/one, jobs/two]
systems:
  books:
    address: https://books.internal/api
    credentialRef: env:BOOKS_TOKEN
pools:
  gpu: { taskQueue: gpu-calls, slots: 4 }
layout: apart
workers: { processes: 3, workflowTaskSlots: 4, activitySlots: 50 }
api: { port: 7400, requestsPerSecond: 20, maxInputMiB: 8, maxStreams: 5 }
auth:
  principals:
    ada: { roles: [operator], publicKey: "ed25519:${'A'.repeat(43)}" }
    gateway: { kind: service, tenants: [acme], roles: [viewer] }
endpoints:
  - id: small
    address: https://models.internal/v1
    model: one
    cleared: [public, internal, confidential]
    credentialRef: file:model.key
    contextTokens: 131072
`;

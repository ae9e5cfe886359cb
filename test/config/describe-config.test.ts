import { expect, test } from '@jest/globals';
import { describeConfig } from '../../config/describe-config.ts';
import { load } from './config-folder.ts';

test('describeConfig gives every default with its origin [config.origins]', () => {
  expect(describeConfig(load(undefined))).toEqual([
    { key: 'temporal.namespace', value: 'default', origin: 'default' },
    { key: 'jobs', value: 'examples/invoice-intake', origin: 'default' },
    { key: 'layout', value: 'together', origin: 'default' },
    { key: 'workers.processes', value: '2', origin: 'default' },
    { key: 'workers.workflowTaskSlots', value: '4', origin: 'default' },
    { key: 'workers.activitySlots', value: '100', origin: 'default' },
    { key: 'api.requestsPerSecond', value: '500', origin: 'default' },
    { key: 'api.maxInputMiB', value: '32', origin: 'default' },
    { key: 'api.maxStreams', value: '500', origin: 'default' },
    { key: 'sweep.everySeconds', value: '10', origin: 'default' },
    { key: 'sweep.unavailableHours', value: '24', origin: 'default' },
    { key: 'sweep.pausedHours', value: '168', origin: 'default' },
    { key: 'retention.deliveryDays', value: '90', origin: 'default' },
    { key: 'retention.tokenDays', value: '90', origin: 'default' },
    { key: 'retention.alarmDays', value: '90', origin: 'default' },
  ]);
});

test('describeConfig tells file, environment and default apart and shows no secret [config.origins] [config.no-secrets]', () => {
  const yaml = `
temporal: { namespace: finance, address: "temporal.internal:7233" }
systems: { books: { address: "https://books.internal", credentialRef: "env:BOOKS_TOKEN" } }
pools: { gpu: { slots: 4 } }
endpoints: [{ id: small, address: "https://models.internal/v1", model: one }]
`;
  const env = {
    BOOKS_TOKEN: 'hunter2',
    TEMPORAL_ADDRESS: '127.0.0.1:7000',
    TEMPORAL_API_KEY: 'hunter2',
    DATABASE_URL: 'postgres://me:hunter2@127.0.0.1/mine',
    OPENAI_API_KEY: 'hunter2',
    HOLDFAST_CLEARED: 'confidential',
  };
  const entries = describeConfig(load(yaml, { env }));
  expect(entries.map(({ key, value, origin, variable }) => [key, value, variable ?? origin].join(' | '))).toEqual([
    'temporal.address | 127.0.0.1:7000 | TEMPORAL_ADDRESS',
    'temporal.namespace | finance | file',
    'temporal.credentialRef | env:TEMPORAL_API_KEY | TEMPORAL_API_KEY',
    'database.url | postgres://me:***@127.0.0.1/mine | DATABASE_URL',
    'jobs | examples/invoice-intake | default',
    'systems.books.address | https://books.internal | file',
    'systems.books.credentialRef | env:BOOKS_TOKEN | file',
    'pools.gpu.taskQueue | holdfast-gpu | default',
    'pools.gpu.slots | 4 | file',
    'layout | apart | default',
    'workers.processes | 2 | default',
    'workers.workflowTaskSlots | 4 | default',
    'workers.activitySlots | 100 | default',
    'api.requestsPerSecond | 500 | default',
    'api.maxInputMiB | 32 | default',
    'api.maxStreams | 500 | default',
    'sweep.everySeconds | 10 | default',
    'sweep.unavailableHours | 24 | default',
    'sweep.pausedHours | 168 | default',
    'retention.deliveryDays | 90 | default',
    'retention.tokenDays | 90 | default',
    'retention.alarmDays | 90 | default',
    'endpoints.0.id | small | file',
    'endpoints.0.address | https://models.internal/v1 | file',
    'endpoints.0.model | one | file',
    'endpoints.0.contextTokens | 32768 | default',
    'endpoints.0.capabilities.tools | true | default',
    'endpoints.0.cleared | public, internal, confidential | default',
    'OPENAI_API_KEY | *** | OPENAI_API_KEY',
    'HOLDFAST_CLEARED | confidential | HOLDFAST_CLEARED',
  ]);
  expect(JSON.stringify(entries)).not.toContain('hunter2');
});

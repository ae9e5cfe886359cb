import { expect, test } from '@jest/globals';
import { refusal } from './config-folder.ts';

const IN_FILE: readonly (readonly [what: string, yaml: string, sentence: string])[] = [
  ['a misspelt key', 'tmporal: {}', 'temporal.yaml has the unknown key "tmporal"; perhaps "temporal" is meant.'],
  [
    'a misspelt key below another',
    'workers: { proceses: 3 }',
    '`workers` in temporal.yaml has the unknown key "proceses"; perhaps "processes" is meant.',
  ],
  [
    'a misspelt key in a list',
    'endpoints: [{ id: a, adress: "http://127.0.0.1/v1", address: "http://127.0.0.1/v1", model: m }]',
    '`endpoints.0` in temporal.yaml has the unknown key "adress"; perhaps "address" is meant.',
  ],
  [
    'a misspelt key of a named thing',
    'pools: { gpu: { slot: 3 } }',
    '`pools.gpu` in temporal.yaml has the unknown key "slot"; perhaps "slots" is meant.',
  ],
  [
    'a service with a key',
    `auth: { principals: { bot: { kind: service, roles: [operator], publicKey: "ed25519:${'A'.repeat(43)}" } } }`,
    '`auth.principals.bot` is a service with a `publicKey`; services use tokens that an admin makes, so leave it out.',
  ],
  [
    'a role that nobody has',
    'auth: { principals: { ada: { roles: [boss] } } }',
    '`auth.principals.ada.roles.0` in temporal.yaml is "boss"; it must be one of viewer, operator, approver, auditor, policy-author, admin.',
  ],
  [
    'a key that no part of the product uses yet',
    'budgets: {}',
    'temporal.yaml has the unknown key "budgets"; known are temporal, database, jobs, systems, pools, layout, workers, api, auth, triggers, sweep, retention, endpoints.',
  ],
  ['a wrong type', 'jobs: examples', '`jobs` in temporal.yaml is "examples"; it must be a list of folders.'],
  ['an empty list', 'jobs: []', '`jobs` in temporal.yaml is []; it must be a list of at least one folder.'],
  [
    'a key without a value',
    'temporal:',
    '`temporal` in temporal.yaml has no value; remove the key or give it a map with address, namespace, credentialRef, tls.',
  ],
  [
    'a list instead of a map',
    '- a',
    'temporal.yaml is ["a"]; it must be a map with temporal, database, jobs, systems, pools, layout, workers, api, auth, triggers, sweep, retention, endpoints.',
  ],
  [
    'a number below its bound',
    'workers: { processes: 0 }',
    '`workers.processes` in temporal.yaml is 0; it must be a whole number from 1 to 64.',
  ],
  [
    'a number above its bound',
    'workers: { activitySlots: 1001 }',
    '`workers.activitySlots` in temporal.yaml is 1001; it must be a whole number from 1 to 1000.',
  ],
  [
    'a broken number',
    'workers: { workflowTaskSlots: 1.5 }',
    '`workers.workflowTaskSlots` in temporal.yaml is 1.5; it must be a whole number from 1 to 200.',
  ],
  ['another word', 'layout: beside', '`layout` in temporal.yaml is "beside"; it must be together or apart.'],
  [
    'an address with a scheme',
    'temporal: { address: "http://127.0.0.1:7233" }',
    '`temporal.address` in temporal.yaml is "http://127.0.0.1:7233"; it must be host:port, without http://.',
  ],
  [
    'a missing key',
    'endpoints: [{ id: a, model: m }]',
    '`endpoints.0.address` in temporal.yaml is missing; it must be an address such as https://host/path.',
  ],
  [
    'an unknown data class',
    'endpoints: [{ id: a, model: m, address: "http://127.0.0.1/v1", cleared: [secret] }]',
    '`endpoints.0.cleared.0` in temporal.yaml is "secret"; it must be one of public, internal, confidential, restricted.',
  ],
  [
    'a name that is none',
    'systems: { "My Books": { address: "http://127.0.0.1" } }',
    '`systems` in temporal.yaml names "My Books"; a name must be 1 to 63 of a-z, 0-9 and "-", starting with a letter.',
  ],
  [
    'an unknown quirk',
    'endpoints: [{ id: a, model: m, address: "http://127.0.0.1/v1", quirks: [odd] }]',
    '`endpoints.0.quirks.0` in temporal.yaml is "odd"; it must be one of no-parallel-tool-calls, max-completion-tokens, no-usage.',
  ],
  [
    'a timeout that is too long',
    'endpoints: [{ id: a, model: m, address: "http://127.0.0.1/v1", timeout: 3 minutes }]',
    '`endpoints.0.timeout` in temporal.yaml is "3 minutes"; it must be a duration from 1 second to 2 minutes, such as 30 seconds.',
  ],
  [
    'a price without a date',
    'endpoints: [{ id: a, model: m, address: "http://127.0.0.1/v1", price: { inputPerMillion: 1, outputPerMillion: 2 } }]',
    '`endpoints.0.price.date` in temporal.yaml is missing; it must be a date such as 2026-01-31.',
  ],
  [
    'two endpoints of one id',
    'endpoints: [{ id: a, model: m, address: "http://127.0.0.1/v1" }, { id: a, model: n, address: "http://127.0.0.1/v1" }]',
    'Two endpoints in temporal.yaml have the id "a"; rename one of them.',
  ],
  [
    'two pools',
    'pools: { gpu: {}, plain: {} }',
    '`pools` names gpu, plain; one pool is possible, because nothing chooses between several yet.',
  ],
  [
    'pools in one process with the rest',
    'layout: together\npools: { gpu: {} }',
    '`layout` is "together", but `pools` names gpu; pools need the layout "apart".',
  ],
  [
    'a key twice',
    'jobs: [a]\njobs: [b]',
    'temporal.yaml is no valid YAML at line 2, column 1: Map keys must be unique.',
  ],
  [
    'broken YAML',
    'jobs: [a',
    'temporal.yaml is no valid YAML at line 1, column 9: Flow sequence in block collection must be sufficiently indented and end with a ].',
  ],
  [
    'an alias without its anchor',
    'jobs: *list',
    'temporal.yaml is no valid YAML: Unresolved alias (the anchor must be set before the alias): list.',
  ],
];

const SECRETS: readonly (readonly [what: string, yaml: string, sentence: string])[] = [
  [
    'a secret where a reference belongs',
    'temporal: { credentialRef: hunter2 }',
    '`temporal.credentialRef` in temporal.yaml must be env:NAME or file:PATH, which name where the secret is; what stands there is not shown, for it may be a secret.',
  ],
  [
    'a password in the address of the database',
    'database: { url: "postgres://me:hunter2@db/mine" }',
    '`database.url` in temporal.yaml must be postgres://host:port/database without a password, or env:NAME or file:PATH; what stands there is not shown, for it may be a secret.',
  ],
  [
    'a login in the address of a system',
    'systems: { books: { address: "https://me:hunter2@books" } }',
    '`systems.books.address` in temporal.yaml must be an address such as https://host/path, without a login in it; what stands there is not shown, for it may be a secret.',
  ],
];

const IN_ENVIRONMENT: readonly (readonly [env: NodeJS.ProcessEnv, sentence: string])[] = [
  [{ TEMPORAL_ADDRESS: 'a b' }, 'TEMPORAL_ADDRESS is "a b"; it must be host:port, without http://.'],
  [{ TEMPORAL_TLS: 'yes' }, 'TEMPORAL_TLS is "yes"; it must be true or false.'],
  [
    { TEMPORAL_TLS_CLIENT_CERT: 'x' },
    'The environment variable TEMPORAL_TLS_CLIENT_CERT is not known; perhaps TEMPORAL_TLS_CLIENT_CERT_PATH is meant.',
  ],
  [
    { TEMPORAL_TLS_CLIENT_CERT_DATA: 'x' },
    'The TLS of Temporal has only one of client certificate and client key; give both or none.',
  ],
  [
    { TEMPORAL_TLS_SERVER_CA_CERT_PATH: 'empty.pem' },
    '`temporal.tls.serverRootCa` refers to the file empty.pem, which is empty.',
  ],
  [
    { DATABASE_URL: 'mysql://me:hunter2@db/mine' },
    'DATABASE_URL holds no address of a PostgreSQL database; it must be postgres://login:password@host:port/database.',
  ],
  [
    { HOLDFAST_CLEARED: 'internal, confidental' },
    'HOLDFAST_CLEARED names the unknown data class "confidental"; perhaps "confidential" is meant.',
  ],
  [
    { OPENAI_BASE_URL: '127.0.0.1:8000' },
    'OPENAI_BASE_URL must be an address such as https://api.openai.com/v1, without a login in it.',
  ],
];

test.each(IN_FILE)(
  'temporal.yaml with %s is refused by key, value and bound [config.refused-by-name]',
  (_, yaml, sentence) => {
    expect(refusal(yaml)).toBe(sentence);
  },
);

test.each(SECRETS)('temporal.yaml with %s is refused without showing it [config.no-secrets]', (_, yaml, sentence) => {
  expect(refusal(yaml)).toBe(sentence);
});

test.each(IN_ENVIRONMENT)('the environment %j is refused [config.refused-by-name]', (env, sentence) => {
  expect(refusal(undefined, { env, files: { 'empty.pem': '' } })).toBe(sentence);
});

test('a reference to a variable that is not set is refused by its name', () => {
  const yaml = 'systems: { books: { address: "http://127.0.0.1", credentialRef: "env:BOOKS_TOKEN" } }';
  const sentence = '`systems.books.credentialRef` refers to the environment variable BOOKS_TOKEN, which is not set.';
  expect(refusal(yaml)).toBe(sentence);
  expect(refusal(yaml, { env: { BOOKS_TOKEN: '' } })).toBe(sentence);
});

test('a reference to a file that is not there is refused by its name', () => {
  expect(refusal('temporal: { credentialRef: "file:keys/none" }')).toMatch(
    /^`temporal\.credentialRef` refers to the file keys\/none, which cannot be read: ENOENT: [^\n]+\.$/,
  );
});

test('every refusal is one sentence on one line [config.refused-by-name]', () => {
  const all = [...IN_FILE, ...SECRETS]
    .map(([, yaml]) => refusal(yaml))
    .concat(IN_ENVIRONMENT.map(([env]) => refusal(undefined, { env })));
  expect(all.filter((sentence) => !/^[^\n]+\.$/.test(sentence) || /\. [A-Z]/.test(sentence))).toEqual([]);
});

import { z } from 'zod';
import { DATA_CLASSES } from '../domain/effects.ts';
import { QUIRKS } from '../domain/endpoint-quirks.ts';
import { modelTimeoutMs } from '../domain/model-timeout.ts';
import { ROLES } from '../domain/principal.ts';
import { isPostgresUrl } from './database.ts';
import { isHttpAddress } from './http-address.ts';

// A key's description is its doc comment: editors show it through temporal.schema.json.
// Every message says what is expected, as it follows "it must be" in the sentence that names key and value.
const NAME = /^[a-z][a-z0-9-]{0,62}$/;
const TEMPORAL_ADDRESS = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/;
const MAX_SECRETS = 5;
const SECRET_REFERENCES = `env:NAME or file:PATH, or a list of 1 to ${MAX_SECRETS} of them`;
const TIMEOUT = 'a duration from 1 second to 2 minutes, such as 30 seconds';
const REFERENCE = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;

const name = z.string().regex(NAME, { error: '1 to 63 of a-z, 0-9 and "-", starting with a letter' });
const text = (what: string) => z.string({ error: what }).min(1, { error: what });
const whole = (least: number, most: number) => {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};
const record = <Value extends z.ZodType>(value: Value, what: string) => z.record(name, value, { error: what });
const map = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, { error: `a map with ${Object.keys(shape).join(', ')}` });

const reference = z
  .string({ error: 'env:NAME or file:PATH' })
  .regex(REFERENCE, { error: 'env:NAME or file:PATH, which name where the secret is' });

const httpAddress = z.string({ error: 'an address such as https://host/path' }).refine(isHttpAddress, {
  error: 'an address such as https://host/path, without a login in it',
});

const Tls = map({
  enabled: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('Default: true as soon as an API key or one of the others is given.'),
  serverName: text('a host name')
    .optional()
    .describe("The name in the server's certificate, when it is not the host's."),
  serverRootCa: reference.optional().describe("The authority that signed the server's certificate, as PEM."),
  clientCertificate: reference.optional().describe('For mutual TLS, as PEM; needs `clientKey`.'),
  clientKey: reference.optional().describe('The key of `clientCertificate`, as PEM.'),
});

const Temporal = map({
  address: z
    .string({ error: 'host:port' })
    .regex(TEMPORAL_ADDRESS, { error: 'host:port, without http://' })
    .optional()
    .describe('`host:port` of your own server; without it `npm start` brings one up.'),
  namespace: text('the name of a namespace').default('default').describe('The namespace of the runs.'),
  credentialRef: reference.optional().describe('The API key.'),
  tls: Tls.default({}).describe('TLS of the connection to Temporal.'),
});

const Database = map({
  url: z
    .string({ error: 'postgres://host:port/database, env:NAME or file:PATH' })
    .refine((url) => REFERENCE.test(url) || isOpenPostgresUrl(url), {
      error: 'postgres://host:port/database without a password, or env:NAME or file:PATH',
    })
    .optional()
    .describe(
      'Your own PostgreSQL; without it `npm start` brings one up. A password stays out of the file: `env:` or `file:`.',
    ),
});

const System = map({
  address: httpAddress.describe('Base address of the system that tools name.'),
  credentialRef: reference.optional().describe('Sent as a bearer token.'),
});

const Pool = map({
  taskQueue: text('the name of a Task Queue').optional().describe('Default: `holdfast-<name of the pool>`.'),
  slots: whole(1, 1_000).default(100).describe('How many calls one of its workers makes at once: 1 to 1,000.'),
});

const Workers = map({
  processes: whole(1, 64)
    .default(2)
    .describe(
      'Worker processes that the embedded stack runs: 1 to 64. Below 2, one crash stops everything until it is restarted.',
    ),
  workflowTaskSlots: whole(1, 200)
    .default(4)
    .describe('Workflow Tasks at once in a process: 1 to 200. More recover slower, because replays share one thread.'),
  activitySlots: whole(1, 1_000).default(100).describe('Calls at once in a process: 1 to 1,000.'),
  healthPort: whole(1_024, 65_000)
    .optional()
    .describe(
      'Where the first process serves /healthz and /readyz on 127.0.0.1, the others on the ports after it: 1,024 to 65,000. Default: free ports, which the ready lines tell.',
    ),
});

const money = z
  .number({ error: 'an amount of USD, 0 or more' })
  .nonnegative({ error: 'an amount of USD, 0 or more' })
  .max(1_000_000, { error: 'an amount of USD, at most 1000000' });

const Price = map({
  inputPerMillion: money.describe('USD for a million input tokens.'),
  outputPerMillion: money.describe('USD for a million output tokens.'),
  currency: z.literal('USD', { error: 'USD' }).default('USD').describe('The currency of both prices.'),
  date: z.iso.date({ error: 'a date such as 2026-01-31' }).describe('Since when it holds.'),
});

const Capabilities = map({
  tools: z
    .boolean({ error: 'true or false' })
    .default(true)
    .describe('Whether the model can call tools; every agent needs that.'),
});

const Endpoint = map({
  id: name.describe('The name that agents use.'),
  address: httpAddress.describe('Base address of its Chat Completions API, such as `http://127.0.0.1:11434/v1`.'),
  model: text('the name of a model').describe("The model's name there."),
  cleared: z
    .array(z.enum(DATA_CLASSES, { error: `one of ${DATA_CLASSES.join(', ')}` }), { error: 'a list of data classes' })
    .optional()
    .describe('The data classes it may be shown. Default: all on this machine, else public and internal.'),
  credentialRef: reference.optional().describe('Sent as a bearer token.'),
  contextTokens: whole(1_024, 10_000_000)
    .default(32_768)
    .describe('How many tokens it takes in and gives out together: 1,024 to 10,000,000.'),
  maxOutputTokens: whole(1, 1_000_000)
    .optional()
    .describe("Longest answer, in tokens: 1 to 1,000,000. Default: the server's own."),
  timeout: z
    .string({ error: TIMEOUT })
    .refine((text) => modelTimeoutMs(text) !== undefined, { error: TIMEOUT })
    .optional()
    .describe(
      'Longest wait for an answer, such as `30 seconds`: 1 second to 2 minutes, the default. After it another one is asked.',
    ),
  price: Price.optional().describe('What its tokens cost; recorded with each call.'),
  capabilities: Capabilities.prefault({}).describe('What the model can do.'),
  quirks: z
    .array(z.enum(QUIRKS, { error: `one of ${QUIRKS.join(', ')}` }), { error: 'a list of quirks' })
    .default([])
    .describe('How the server differs from most.'),
});

const Principal = map({
  kind: z.enum(['person', 'service'], { error: 'person or service' }).default('person').describe('What it is.'),
  tenants: z
    .array(name, { error: 'a list of tenants' })
    .min(1, { error: 'a list of at least one tenant' })
    .default(['default'])
    .describe('The tenants that it may act in.'),
  roles: z
    .array(z.enum(ROLES, { error: `one of ${ROLES.join(', ')}` }), { error: 'a list of roles' })
    .min(1, { error: `a list of at least one of ${ROLES.join(', ')}` })
    .describe(`What it may do: ${ROLES.join(', ')}.`),
  publicKey: z
    .string({ error: 'ed25519: and 43 characters' })
    .regex(/^ed25519:[A-Za-z0-9_-]{43}$/, { error: 'ed25519: and 43 characters, as `holdfast login` prints it' })
    .optional()
    .describe(
      "The person's public key, as `holdfast login --new-key` prints it; without it nobody logs in as this one.",
    ),
});

const Auth = map({
  principals: record(Principal, 'a map of principals')
    .default({})
    .describe('Who may use the HTTP API, by name. Without any, the embedded stack makes the two people ada and grace.'),
});

const secretReferences = z
  .array(reference, { error: SECRET_REFERENCES })
  .min(1, { error: SECRET_REFERENCES })
  .max(MAX_SECRETS, { error: SECRET_REFERENCES });

const Trigger = map({
  tenant: name.default('default').describe('The tenant that it starts runs in.'),
  job: name.describe('The job that it starts; the message is the input.'),
  secretRef: z
    .union([reference, secretReferences], { error: SECRET_REFERENCES })
    .describe('The secret that senders sign with, `whsec_…` as in Standard Webhooks; while it is changed, a list.'),
});

const Api = map({
  port: whole(1_024, 65_535)
    .optional()
    .describe('Where the HTTP API listens on 127.0.0.1: 1,024 to 65,535. Default: a free port that stays the same.'),
  requestsPerSecond: whole(1, 100_000)
    .default(500)
    .describe('How many requests a second one token may make at one API process: 1 to 100,000.'),
  maxInputMiB: whole(1, 256).default(32).describe('The largest input that a run is started with, in MiB: 1 to 256.'),
  maxStreams: whole(1, 10_000).default(500).describe('How many event streams may be open at once: 1 to 10,000.'),
});

const Sweep = map({
  everySeconds: whole(1, 3_600).default(10).describe('How often what is stuck is looked for, in seconds: 1 to 3,600.'),
  unavailableHours: whole(1, 8_760)
    .default(24)
    .describe('After how long of waiting for what is down an alarm is raised: 1 to 8,760 hours.'),
  pausedHours: whole(1, 8_760)
    .default(168)
    .describe('After how long of being paused an alarm is raised: 1 to 8,760 hours.'),
});

const days = (what: string) => whole(1, 3_650).default(90).describe(`${what}: 1 to 3,650 days.`);
const Retention = map({
  deliveryDays: days('How long messages of triggers are known as repeated'),
  tokenDays: days('How long tokens are kept after they expired or were revoked'),
  alarmDays: days('How long alarms are kept after they are over'),
});

/** The keys of temporal.yaml with their bounds and defaults. Keys that no part of the product uses are unknown. */
export const ConfigFileSchema = map({
  temporal: Temporal.prefault({}).describe('How to reach Temporal.'),
  database: Database.prefault({}).describe('The database of the gate.'),
  jobs: z
    .array(text('a folder'), { error: 'a list of folders' })
    .min(1, { error: 'a list of at least one folder' })
    .default(['examples/invoice-intake'])
    .describe('Folders of the jobs, relative to the file.'),
  systems: record(System, 'a map of systems').default({}).describe('The systems that tools name, by name.'),
  pools: record(Pool, 'a map of pools').default({}).describe('Task Queues of calls, by name; one is possible.'),
  layout: z
    .enum(['together', 'apart'], { error: 'together or apart' })
    .optional()
    .describe('`together`: each process runs workflows and calls. `apart`: calls have processes of their own.'),
  workers: Workers.prefault({}).describe('The worker processes.'),
  api: Api.prefault({}).describe('The HTTP API.'),
  auth: Auth.prefault({}).describe('Who may use the HTTP API.'),
  triggers: record(Trigger, 'a map of triggers')
    .default({})
    .describe('Signed messages of other systems that start runs, by the name in `POST /v1/triggers/<tenant>/<name>`.'),
  sweep: Sweep.prefault({}).describe('The sweeps of what is stuck.'),
  retention: Retention.prefault({}).describe(
    'How long what has expired is kept; runs and their calls are kept for good.',
  ),
  endpoints: z
    .array(Endpoint, { error: 'a list of endpoints' })
    .default([])
    .describe('The models. Without any, the environment, a local Ollama or the simulated model answers.'),
});

/** What temporal.yaml and the environment say together, defaults filled in. Secrets stand in it as references. */
export type ConfigFile = z.infer<typeof ConfigFileSchema>;

function isOpenPostgresUrl(url: string): boolean {
  return isPostgresUrl(url) && new URL(url).password === '';
}

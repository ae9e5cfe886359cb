import { z } from 'zod';
import { JobError } from '../domain/errors.ts';
import { ROLES } from '../domain/principal.ts';
import { issuesOf } from '../jobs/parse-as.ts';

const Tls = z.strictObject({
  serverName: z.string().optional(),
  serverRootCa: z.string().optional(),
  clientCertificate: z.string().optional(),
  clientKey: z.string().optional(),
});

const PrincipalEntry = z.strictObject({
  kind: z.enum(['person', 'service']),
  /** The tenants it may act in. */
  tenants: z.array(z.string()).min(1),
  roles: z.array(z.enum(ROLES)),
  /** Of a person: `ed25519:` and the raw public key in base64url. */
  publicKey: z.string().optional(),
});

const ApiSettingsSchema = z.strictObject({
  /** 0: a free port. */
  port: z.int().min(0).max(65_535),
  temporal: z.strictObject({
    address: z.string().min(1),
    namespace: z.string().min(1),
    apiKey: z.string().optional(),
    tls: Tls.optional(),
  }),
  /** With the login `holdfast_client`. */
  databaseUrl: z.string().min(1),
  /** Absolute folders of the jobs. */
  jobs: z.array(z.string().min(1)).min(1),
  taskQueue: z.string().min(1),
  callsQueue: z.string().optional(),
  principals: z.record(z.string(), PrincipalEntry),
  /** What starts runs by signed messages. */
  triggers: z
    .record(
      z.string(),
      z.strictObject({ tenant: z.string(), job: z.string(), secrets: z.array(z.string()).min(1).max(5) }),
    )
    .default({}),
  /** What the model endpoints are, without addresses and credentials. */
  endpoints: z.array(z.strictObject({ id: z.string(), model: z.string(), simulated: z.boolean() })).default([]),
  /** Requests a second of one token; of one address where there is none, a tenth of it. */
  requestsPerSecond: z.int().min(1).max(100_000).default(500),
  /** The largest body that may hold an input, in bytes. */
  maxInputBytes: z.int().min(1_024).max(268_435_456).default(33_554_432),
  /** How many event streams may be open at once. */
  maxStreams: z.int().min(1).max(10_000).default(500),
  /** The sweeps of what is stuck; absent: this process does none. Times in milliseconds. */
  reaper: z
    .strictObject({
      /** The path of the sweeps' workflow bundle. */
      bundle: z.string().min(1),
      /** Sweeps the runs of this tenant alone. */
      tenant: z.string().optional(),
      limits: z
        .strictObject({
          everyMs: z.int().min(100).optional(),
          quietMs: z.int().min(0).optional(),
          decisionMs: z.int().min(0).optional(),
          startMs: z.int().min(0).optional(),
          unavailableMs: z.int().min(1).optional(),
          pausedMs: z.int().min(1).optional(),
          deliveryMs: z.int().min(1).optional(),
          tokenMs: z.int().min(1).optional(),
          alarmMs: z.int().min(1).optional(),
        })
        .default({}),
    })
    .optional(),
  verbose: z.boolean().default(false),
});

/** Everything an API process is told at its start. */
export type ApiSettings = z.infer<typeof ApiSettingsSchema>;
/** The same before defaults. */
export type ApiSettingsInput = z.input<typeof ApiSettingsSchema>;
/** A principal of the configuration. */
export type PrincipalSettings = z.infer<typeof PrincipalEntry>;

/** The environment variable that holds the settings as JSON. */
export const API_SETTINGS = 'HOLDFAST_API_SETTINGS';

/**
 * Reads the settings of this process and takes them out of its environment.
 * @throws JobError `invalid-config` when they are missing or do not fit; no value of theirs is shown
 */
export function readApiSettings(env: NodeJS.ProcessEnv): ApiSettings {
  const text = env[API_SETTINGS] ?? '';
  delete env[API_SETTINGS];
  if (text === '')
    throw new JobError(
      'invalid-config',
      `The API is started by \`npm start\`, which sets ${API_SETTINGS}; it is not set.`,
    );
  return parseApiSettings(asJson(text));
}

/**
 * Settings with their defaults.
 * @throws JobError `invalid-config` when they do not fit; no value of theirs is shown
 */
export function parseApiSettings(given: unknown): ApiSettings {
  const parsed = ApiSettingsSchema.safeParse(given);
  if (!parsed.success) throw new JobError('invalid-config', `${API_SETTINGS} does not fit: ${issuesOf(parsed.error)}.`);
  return parsed.data;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The cause would quote them, and they hold a password.
    throw new JobError('invalid-config', `${API_SETTINGS} does not fit: it is no JSON.`);
  }
}

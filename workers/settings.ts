import { z } from 'zod';
import { DATA_CLASSES } from '../domain/effects.ts';
import { QUIRKS } from '../domain/endpoint-quirks.ts';
import { JobError } from '../domain/errors.ts';
import { MODEL_TIMEOUT_MS } from '../domain/model-timeout.ts';
import { issuesOf } from '../jobs/parse-as.ts';

const Connection = {
  /** `host:port` of the Temporal frontend. */
  address: z.string().min(1),
  namespace: z.string().min(1),
  apiKey: z.string().optional(),
  tls: z
    .strictObject({
      serverName: z.string().optional(),
      serverRootCa: z.string().optional(),
      clientCertificate: z.string().optional(),
      clientKey: z.string().optional(),
    })
    .optional(),
};

const Slots = z.int().min(1).max(1_000);

/** What runs workflows: job code and no credential. */
const WorkflowPart = {
  /** The workflow bundle's path. */
  bundle: z.string().min(1),
  /** The version as which it works; absent: it works unversioned, for runs that no version has. */
  version: z.strictObject({ deployment: z.string().min(1), build: z.string().min(1) }).optional(),
  /** How many Workflow Tasks run at once; bounded by what can be replayed within half a task's timeout. */
  workflowTaskSlots: Slots.default(4),
};

/** What performs calls: the gate, with database and credentials. */
const CallPart = {
  /** Absolute folders of the jobs. */
  jobs: z.array(z.string().min(1)).min(1),
  databaseUrl: z.string().min(1),
  activitySlots: Slots.default(100),
  systems: z.record(z.string(), z.strictObject({ address: z.string(), credential: z.string().optional() })),
  endpoints: z.array(
    z.strictObject({
      id: z.string(),
      address: z.string(),
      model: z.string(),
      credential: z.string().optional(),
      cleared: z.array(z.enum(DATA_CLASSES)),
      contextTokens: z.int().optional(),
      maxOutputTokens: z.int().optional(),
      timeoutMs: z.int().min(1_000).max(MODEL_TIMEOUT_MS).optional(),
      price: z
        .strictObject({
          inputPerMillion: z.number(),
          outputPerMillion: z.number(),
          currency: z.literal('USD'),
          date: z.string(),
        })
        .optional(),
      capabilities: z.strictObject({ tools: z.boolean() }).default({ tools: true }),
      quirks: z.array(z.enum(QUIRKS)).default([]),
    }),
  ),
};

const Shared = {
  ...Connection,
  taskQueue: z.string().min(1),
  name: z.string().min(1),
  /** Where the process tells how it is, on 127.0.0.1; 0: a free port. */
  healthPort: z.int().min(0).max(65_535).default(0),
  verbose: z.boolean().default(false),
};

const WorkerSettingsSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('together'), ...Shared, ...WorkflowPart, ...CallPart }),
  z.strictObject({ role: z.literal('workflows'), ...Shared, ...WorkflowPart }),
  z.strictObject({ role: z.literal('calls'), ...Shared, ...CallPart }),
]);

/** Everything a worker process is told at its start. A worker of role `workflows` is told no address but Temporal's. */
export type WorkerSettings = z.infer<typeof WorkerSettingsSchema>;
/** The same before defaults. */
export type WorkerSettingsInput = z.input<typeof WorkerSettingsSchema>;

/** The environment variable that holds the settings as JSON. */
export const WORKER_SETTINGS = 'HOLDFAST_WORKER';

/**
 * Reads the settings of this process and takes them out of its environment, where tools would find credentials.
 * @throws JobError `invalid-config` when they are missing or do not fit; no value of theirs is shown
 */
export function readWorkerSettings(env: NodeJS.ProcessEnv): WorkerSettings {
  const text = env[WORKER_SETTINGS] ?? '';
  delete env[WORKER_SETTINGS];
  if (text === '')
    throw new JobError(
      'invalid-config',
      `A worker is started by \`npm start\`, which sets ${WORKER_SETTINGS}; it is not set.`,
    );
  const parsed = WorkerSettingsSchema.safeParse(asJson(text));
  if (!parsed.success)
    throw new JobError('invalid-config', `${WORKER_SETTINGS} does not fit: ${issuesOf(parsed.error)}.`);
  return parsed.data;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The cause would quote them, and they hold credentials.
    throw new JobError('invalid-config', `${WORKER_SETTINGS} does not fit: it is no JSON.`);
  }
}

import { z } from 'zod';
import { JobError } from '../../domain/errors.ts';

/** The environment variable that holds {@link ProcessSettings} as JSON. */
export const TAU2_SETTINGS = 'HOLDFAST_TAU2';

const Settings = z.strictObject({
  data: z.string(),
  base: z.string().optional(),
  seed: z.number(),
  rate: z.number(),
  mode: z.enum(['key-aware', 'naive']),
  /** Where the tool server writes its ledger. */
  ledger: z.string(),
});
/** What the processes of an evaluation are told at their start. */
export type ProcessSettings = z.infer<typeof Settings>;

/**
 * Reads the settings of this process.
 * @throws JobError `invalid-config` when they are missing
 */
export function readProcessSettings(env: NodeJS.ProcessEnv): ProcessSettings {
  const parsed = Settings.safeParse(JSON.parse(env[TAU2_SETTINGS] ?? 'null'));
  if (parsed.success) return parsed.data;
  throw new JobError(
    'invalid-config',
    `This process is started by \`npm run eval -- tau2\`, which sets ${TAU2_SETTINGS}.`,
  );
}

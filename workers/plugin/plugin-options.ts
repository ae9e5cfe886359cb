import type { DataClass } from '../../domain/effects.ts';
import { JobError } from '../../domain/errors.ts';
import { DEFAULT_TENANT, parseTenant, type Tenant } from '../../domain/ids.ts';
import type { GateOptions } from '../../gate/index.ts';
import { refuseUnknownFields } from '../../jobs/known-fields.ts';
import { createRegistry } from '../../jobs/registry.ts';
import type { Tools } from '../../jobs/verifier.ts';
import { plainJob } from './plain-job.ts';

/** What a `HoldfastPlugin` is made with. */
export interface HoldfastPluginOptions {
  /** The tools that workflows call by `governed`, under these names. */
  readonly tools: Tools;
  /** Every system that the tools name: its base address, and what is sent to it as a Bearer token. */
  readonly systems: GateOptions['systems'];
  /** The gate's database with the login `holdfast_gate`; `provisionDatabase` makes it. Bundles and replays need none. */
  readonly databaseUrl?: string | undefined;
  /** Whose calls these are. Default `default`. */
  readonly tenant?: string;
  /** How sensitive what the tools handle is. Default `confidential`. */
  readonly dataClass?: DataClass;
  /** How the worker is called in leases and connections. Default `plugin`. */
  readonly label?: string;
}

/** The same with defaults, checked. */
export interface CheckedOptions extends Required<Omit<HoldfastPluginOptions, 'databaseUrl' | 'tenant'>> {
  /** Empty when there is none. */
  readonly databaseUrl: string;
  readonly tenant: Tenant;
}

const FIELDS = ['tools', 'systems', 'databaseUrl', 'tenant', 'dataClass', 'label'];
const DATABASE_URL = /^postgres(ql)?:\/\/./;

/**
 * Checks what a plugin is made with.
 * @throws JobError `invalid-config` for a missing system, `invalid-job` for a tool that cannot work, `invalid-input`
 * for a tenant of another form
 */
export function checkedOptions(options: HoldfastPluginOptions): CheckedOptions {
  refuseUnknownFields('HoldfastPlugin', options, FIELDS);
  const { tools, systems, databaseUrl = '', tenant = DEFAULT_TENANT } = options;
  const { dataClass = 'confidential', label = 'plugin' } = options;
  if (Object.keys(tools).length === 0)
    throw new JobError('invalid-config', 'HoldfastPlugin has no tools; name those that workflows call in `tools`.');
  createRegistry([plainJob({ tools, dataClass }, '')]);
  for (const [name, { system }] of Object.entries(tools)) checkSystem(name, system, systems);
  return { tools, systems, databaseUrl, dataClass, label, tenant: parseTenant(tenant) };
}

function checkSystem(tool: string, system: string | undefined, systems: HoldfastPluginOptions['systems']): void {
  if (system === undefined || Object.hasOwn(systems, system)) return;
  const known = Object.keys(systems).join(', ') || 'none';
  throw new JobError(
    'invalid-config',
    `The tool "${tool}" speaks to the system "${system}", which HoldfastPlugin does not know; add it to \`systems\`, which has: ${known}.`,
  );
}

/**
 * Checks the address of the database, once a worker is made: bundles and replays need none. It holds a password and is not shown.
 * @throws JobError `invalid-config`
 */
export function checkDatabaseUrl(url: string): void {
  if (DATABASE_URL.test(url)) return;
  const given = url === '' ? 'missing' : 'not of the form postgres://login:password@host:port/database';
  throw new JobError(
    'invalid-config',
    `The \`databaseUrl\` of HoldfastPlugin is ${given}; give it the \`gateUrl\` that provisionDatabase of holdfast/worker answers.`,
  );
}

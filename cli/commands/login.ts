import type { Command } from 'commander';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { parseTenant, type Tenant } from '../../domain/ids.ts';
import type { Role } from '../../domain/principal.ts';
import { logInStatement } from '../../main/log-in-statement.ts';
import { createApiClient } from '../api-client.ts';
import { listOf } from '../argument.ts';
import { addressOf, type CommandContext, contextOf } from '../command-context.ts';
import { findKey, makeKey, type PersonalKey, sampleKeyPath } from '../personal-key.ts';
import { openSessions } from '../sessions.ts';
import { shownTime } from '../shown-time.ts';
import { print, printJson, say } from '../terminal.ts';

const DEFAULT_TENANT = 'default';
const EXAMPLES = `
A person logs in with a key of their own, which never leaves this machine. The first log-in makes
it and prints its public half, for an admin to put into temporal.yaml. The embedded stack knows
two sample people: ada, who operates, and grace, who decides.

  holdfast login ada                      in a project whose stack is up
  holdfast login --new-key maria          makes the key only
  holdfast login maria --tenant accounts --api https://holdfast.example.com`;

interface Options {
  readonly key?: string;
  readonly newKey?: true;
  readonly roles?: readonly string[];
  readonly json?: true;
}

/** Adds `holdfast login`: turns a signed statement into a token for 12 hours and keeps it. */
export function registerLogin(program: Command): void {
  program
    .command('login')
    .description('log in with your own key')
    .argument('<name>', 'who you are')
    .option('--key <file>', 'the file of your key, instead of the one that was made for you')
    .option('--new-key', 'make a key, print what an admin needs of it, and do not log in')
    .option('--roles <roles>', 'take on fewer roles than you have, separated by commas', listOf)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, options: Options, command: Command) => {
      const context = contextOf(command);
      if (options.newKey === true) introduce(makeKey(name, context.env), { name, tenant: tenantOf(context) });
      else await logIn(name, options, context);
    });
}

async function logIn(name: string, options: Options, context: CommandContext): Promise<void> {
  const { cwd, env } = context;
  const tenant = tenantOf(context);
  const key = findKey({ name, file: options.key, cwd, env });
  // Before a key is made: outside of a project it would stand before the sample person's of the same name for ever.
  const found = addressOf(context);
  if (key === undefined) throw firstLogIn(name, tenant, env);
  const statement = await logInStatement({ name, tenant, key: key.key });
  // What is no role is told apart by the API, which knows them.
  const roles = options.roles === undefined ? {} : { roles: options.roles as Role[] };
  const issued = await createApiClient({ address: found.address })
    .call('POST /v1/log-in', { body: { statement, ...roles } })
    .catch((error: unknown) => {
      throw explained(error, key, sampleKeyPath({ name, cwd, env }));
    });
  const { principal, token, expiresAt } = issued;
  openSessions(env).keep(
    found.address,
    { principal, tenant: issued.tenant, token, expiresAt },
    found.by === '--api' || found.by === 'HOLDFAST_API',
  );
  warnOfPlainText(found.address);
  const { token: _token, tokenId: _tokenId, ...shown } = issued;
  if (options.json === true) printJson({ ...shown, api: found.address });
  else
    print(
      `${principal} in the tenant "${issued.tenant}" at ${found.address}, as ${issued.roles.join(', ')}, until ${shownTime(expiresAt)}`,
    );
}

function tenantOf({ options }: CommandContext): Tenant {
  return parseTenant(options.tenant ?? DEFAULT_TENANT);
}

function firstLogIn(name: string, tenant: string, env: NodeJS.ProcessEnv): JobError {
  introduce(makeKey(name, env), { name, tenant });
  return new JobError(
    'unauthenticated',
    `There was no key of "${name}", so one was made; when an admin has put these lines into temporal.yaml and started the API again, log in with \`holdfast login ${name}\`.`,
  );
}

/** Prints what an admin puts into temporal.yaml. */
function introduce({ path, publicKey }: PersonalKey, { name, tenant }: { name: string; tenant: string }): void {
  say(`made the key ${path}; these lines belong into temporal.yaml, with the roles that "${name}" is to have`);
  print(
    [
      'auth:',
      '  principals:',
      `    ${name}:`,
      `      publicKey: ${publicKey}`,
      `      tenants: [${tenant}]`,
      '      roles: [viewer]',
    ].join('\n'),
  );
}

function explained(error: unknown, { path, publicKey }: PersonalKey, sample: string | undefined): unknown {
  if (!(error instanceof JobError) || error.code !== 'unauthenticated') return error;
  const other =
    sample === undefined || sample === path
      ? ''
      : ` The sample person of this project has another key: add \`--key ${sample}\` to log in with it.`;
  return new JobError('unauthenticated', `${sentenceOf(error)} The key of ${path} is ${publicKey}.${other}`, {
    cause: error,
  });
}

function warnOfPlainText(address: string): void {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return;
  say(`${address} is not https: whoever is between can read the token`);
}

import type { Command } from 'commander';
import type { Role } from '../../domain/principal.ts';
import { listOf, wholeNumber } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { shownTime } from '../shown-time.ts';
import { tableOf } from '../table.ts';
import { print, printJson, say } from '../terminal.ts';

const EXAMPLES = `
  holdfast token create --label nightly --roles operator --days 90
  HOLDFAST_TOKEN=$(holdfast token create --principal mail-gateway) holdfast runs`;

interface CreateOptions {
  readonly principal?: string;
  readonly roles?: readonly string[];
  readonly days?: number;
  readonly label?: string;
  readonly json?: true;
}

/** Adds `holdfast token`: tokens for programs, which are shown once and can be revoked. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('make, list and revoke tokens for programs').helpCommand(false);
  token
    .command('create')
    .description('make a token and print it, this once')
    .option('--principal <name>', 'whose; that of a service needs the role admin')
    .option('--roles <roles>', 'fewer roles than its owner has, separated by commas', listOf)
    .option('--days <number>', 'for how long: 1 to 365, default 30', wholeNumber('--days', 1, 365))
    .option('--label <text>', 'what it is for')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(create);
  token
    .command('list')
    .description('list your tokens; for an admin, those of the tenant')
    .option('--json', 'print one JSON object')
    .action(list);
  token
    .command('revoke')
    .description('make a token worthless')
    .argument('<token-id>', 'as `holdfast token list` shows it')
    .option('--json', 'print one JSON object')
    .action(async (tokenId: string, { json }: { json?: true }, command: Command) => {
      const client = await clientOf(command);
      const revoked = await client.call('DELETE /v1/tokens/{tokenId}', { path: { tokenId } });
      if (json === true) printJson(revoked);
      else print(`${revoked.tokenId} of ${revoked.principal} is revoked`);
    });
}

async function create({ json, roles, ...body }: CreateOptions, command: Command): Promise<void> {
  const client = await clientOf(command);
  const issued = await client.call('POST /v1/tokens', {
    body: { ...body, ...(roles === undefined ? {} : { roles: roles as Role[] }) },
  });
  if (json === true) {
    printJson(issued);
    return;
  }
  say(
    `a token of ${issued.principal} in the tenant "${issued.tenant}", as ${issued.roles.join(', ')}, until ${shownTime(issued.expiresAt)}; it is shown this once`,
  );
  print(issued.token);
}

async function list({ json }: { json?: true }, command: Command): Promise<void> {
  const client = await clientOf(command);
  const { tokens } = await client.call('GET /v1/tokens');
  if (json === true) {
    printJson({ tokens });
    return;
  }
  const rows = tokens.map(({ tokenId, principal, roles, expiresAt, revokedAt, lastUsedAt, label }) => [
    tokenId,
    principal,
    revokedAt === undefined ? `until ${shownTime(expiresAt)}` : 'revoked',
    shownTime(lastUsedAt),
    roles.join(', '),
    label,
  ]);
  print(tableOf({ head: ['TOKEN', 'OF', 'GOOD', 'LAST USED', 'ROLES', 'LABEL'], rows }));
}

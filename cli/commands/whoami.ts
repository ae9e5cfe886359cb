import type { Command } from 'commander';
import { clientOf } from '../command-context.ts';
import { shownTime } from '../shown-time.ts';
import { pairsOf } from '../table.ts';
import { print, printJson } from '../terminal.ts';

/** Adds `holdfast whoami`: who is logged in, as the API sees it now. */
export function registerWhoami(program: Command): void {
  program
    .command('whoami')
    .description('show who is logged in')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: true }, command: Command) => {
      const client = await clientOf(command);
      const known = await client.call('GET /v1/whoami');
      if (json === true) {
        printJson({ ...known, api: client.address });
        return;
      }
      print(
        pairsOf([
          ['name', known.principal],
          ['kind', known.kind],
          ['tenant', known.tenant],
          ['roles', known.roles.join(', ')],
          ['until', shownTime(known.expiresAt)],
          ['api', client.address],
        ]),
      );
    });
}

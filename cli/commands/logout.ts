import type { Command } from 'commander';
import { createApiClient } from '../api-client.ts';
import { addressOf, contextOf } from '../command-context.ts';
import { openSessions } from '../sessions.ts';
import { say } from '../terminal.ts';

/** Adds `holdfast logout`: revokes the token of the log-in and forgets it. */
export function registerLogout(program: Command): void {
  program
    .command('logout')
    .description('revoke and forget the log-in')
    .action(async (_: unknown, command: Command) => {
      const context = contextOf(command);
      const { address } = addressOf(context);
      const sessions = openSessions(context.env);
      const session = sessions.of(address);
      if (session === undefined) {
        say(`nobody is logged in at ${address}`);
        return;
      }
      // Forgotten first: it counts here whatever the API says.
      sessions.forget(address);
      const client = createApiClient({ address, token: session.token });
      try {
        const { tokenId } = await client.call('GET /v1/whoami');
        await client.call('DELETE /v1/tokens/{tokenId}', { path: { tokenId } });
        say(`${session.principal} is logged out at ${address}`);
      } catch {
        say(`${session.principal} is logged out here; the token could not be revoked and ends at ${session.expiresAt}`);
      }
    });
}

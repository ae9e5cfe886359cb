import type { Command } from 'commander';
import { runIdOf } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { print, printJson } from '../terminal.ts';

interface Options {
  readonly reason?: string;
  readonly json?: true;
}

/** Adds `holdfast pause`, `resume` and `cancel`, each recorded with who did it and why. */
export function registerSteering(program: Command): void {
  steering(program, 'pause', 'hold a run before its next step').action(act('pause'));
  steering(program, 'resume', 'let a run go on; one that waits for what was down tries again at once').action(
    act('resume'),
  );
  steering(program, 'cancel', 'cancel a run; what is in flight is aborted or settled first').action(cancel);
}

function steering(program: Command, verb: string, description: string): Command {
  return program
    .command(verb)
    .description(description)
    .argument('<run>', 'its id', runIdOf)
    .option('--reason <text>', 'why, recorded with it')
    .option('--json', 'print one JSON object');
}

function act(verb: 'pause' | 'resume') {
  return async (runId: string, { reason, json }: Options, command: Command): Promise<void> => {
    const client = await clientOf(command);
    const sent = { path: { runId }, body: bodyOf(reason) };
    const steered =
      verb === 'pause'
        ? await client.call('POST /v1/runs/{runId}/pause', sent)
        : await client.call('POST /v1/runs/{runId}/resume', sent);
    if (json === true) printJson(steered);
    else print(`${steered.runId} is ${steered.status}`);
  };
}

async function cancel(runId: string, { reason, json }: Options, command: Command): Promise<void> {
  const client = await clientOf(command);
  const taken = await client.call('POST /v1/runs/{runId}/cancel', { path: { runId }, body: bodyOf(reason) });
  if (json === true) printJson(taken);
  else print(`${taken.runId} is being cancelled`);
}

function bodyOf(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason };
}

import type { ForkEdit } from '../../client/index.ts';
import { JobError } from '../../domain/errors.ts';
import { mayDo, rolesFor } from '../../domain/principal.ts';
import { defined } from '../defined.ts';
import type { Handlers } from '../handler.ts';

/** Forking runs. */
export const forkHandlers = {
  'POST /v1/runs/{runId}/forks': async ({ principal, path: { runId: source }, body }, { client }) => {
    const { name: actor, tenant, roles } = principal;
    const { edit, ...options } = body;
    // An output that is given stands for one that a model or a system gave, as an answer of a person does.
    if (edit?.steps !== undefined && !mayDo(roles, 'answer-questions')) {
      const needed = rolesFor('answer-questions').join(' or ');
      throw new JobError(
        'forbidden',
        `To edit recorded outputs needs the role ${needed}; ${actor} has ${roles.join(', ')}.`,
      );
    }
    const { tenant: _, ...fork } = await client.fork(source, {
      actor,
      tenant,
      ...defined(options),
      // What was parsed from JSON is JSON.
      ...(edit === undefined ? {} : { edit: defined(edit) as ForkEdit }),
    });
    return {
      status: fork.existing ? 200 : 201,
      body: { ...fork, again: [...fork.again], effects: fork.effects.map((effect) => ({ ...effect })) },
    };
  },
} as const satisfies Partial<Handlers>;

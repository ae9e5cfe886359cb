import {
  type ClientInterceptors,
  type ClientOptions,
  type ClientPlugin,
  defaultPayloadConverter,
  type Headers,
  type WorkflowClientInterceptor,
} from '@temporalio/client';
import { ACTOR_HEADER } from '../domain/plain-execution.ts';
import { JobError } from '../domain/errors.ts';

/** What a `HoldfastClientPlugin` is made with. */
export interface HoldfastClientPluginOptions {
  /** Who starts Workflows by this client, 1 to 200 characters; recorded with their runs, not authenticated. */
  readonly actor: string;
}

const MAX_ACTOR = 200;

/**
 * Tells the plain Workflows that a Temporal Client starts who started them, so that their runs name an actor. It needs no database
 * and changes nothing else.
 * @throws JobError `invalid-input` for an actor that is empty or too long
 */
export class HoldfastClientPlugin implements ClientPlugin {
  readonly name = 'holdfast-client';
  readonly #actor: string;

  constructor({ actor }: HoldfastClientPluginOptions) {
    if (typeof actor !== 'string' || actor.length === 0 || actor.length > MAX_ACTOR)
      throw new JobError(
        'invalid-input',
        `The \`actor\` of HoldfastClientPlugin must have 1 to ${MAX_ACTOR} characters.`,
      );
    this.#actor = actor;
  }

  /** Adds an interceptor after those that are there. */
  configureClient(options: Omit<ClientOptions, 'plugins'>): Omit<ClientOptions, 'plugins'> {
    const { interceptors } = options;
    return { ...options, interceptors: { ...interceptors, workflow: [...ofList(interceptors), this.#interceptor()] } };
  }

  #interceptor(): WorkflowClientInterceptor {
    const withActor = (headers: Headers): Headers => {
      return { ...headers, [ACTOR_HEADER]: defaultPayloadConverter.toPayload(this.#actor) };
    };
    return {
      startWithDetails: (input, next) => next({ ...input, headers: withActor(input.headers) }),
      signalWithStart: (input, next) => next({ ...input, headers: withActor(input.headers) }),
      startUpdateWithStart: (input, next) =>
        next({ ...input, workflowStartHeaders: withActor(input.workflowStartHeaders) }),
    };
  }
}

// Before there was a list, interceptors were made by factories for each Workflow; the two forms cannot be mixed.
function ofList(interceptors: ClientInterceptors | undefined): readonly WorkflowClientInterceptor[] {
  const { workflow = [] } = interceptors ?? {};
  if (Array.isArray(workflow)) return workflow;
  throw new JobError('invalid-config', 'HoldfastClientPlugin needs `interceptors.workflow` to be a list; make it one.');
}

import { digestOf } from '../../domain/digest.ts';
import { JobError } from '../../domain/errors.ts';
import { parseTenant } from '../../domain/ids.ts';
import type { Handlers } from '../handler.ts';
import { parseJson } from '../json-body.ts';
import { triggerAt } from '../trigger-at.ts';
import { verifyMessage } from '../verify-message.ts';

/** Starting runs by the signed messages of other systems. */
export const triggerHandlers = {
  'POST /v1/triggers/{tenant}/{trigger}': async ({ path, headers, raw }, { client, settings }) => {
    const { trigger: found, secrets } = triggerAt(settings.triggers, path);
    const messageId = verifyMessage({ headers, body: raw }, secrets);
    if (found === undefined) throw new JobError('unauthenticated', 'No trigger at this address takes this message.');
    const { runId, existing } = await client.startByMessage({
      tenant: parseTenant(found.tenant),
      trigger: path.trigger,
      messageId,
      bodyDigest: digestOf(raw),
      job: found.job,
      input: parseJson(raw),
    });
    return { status: existing ? 200 : 201, body: { runId, existing } };
  },
} as const satisfies Partial<Handlers>;

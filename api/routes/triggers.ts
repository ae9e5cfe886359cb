import { randomBytes } from 'node:crypto';
import { digestOf } from '../../domain/digest.ts';
import { JobError } from '../../domain/errors.ts';
import { parseTenant } from '../../domain/ids.ts';
import type { Handlers } from '../handler.ts';
import { parseJson } from '../json-body.ts';
import type { ApiParts } from '../parts.ts';
import { verifyMessage } from '../verify-message.ts';

// A trigger that is not there is checked like one that is: neither answer nor time tells them apart.
const NOBODYS_SECRETS = [`whsec_${randomBytes(32).toString('base64')}`];

/** Starting runs by the signed messages of other systems. */
export const triggerHandlers = {
  'POST /v1/triggers/{tenant}/{trigger}': async ({ path, headers, raw }, { client, settings }) => {
    const found = triggerAt(settings, path);
    const messageId = verifyMessage({ headers, body: raw }, found?.secrets ?? NOBODYS_SECRETS);
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

type Triggers = ApiParts['settings']['triggers'];

function triggerAt(
  { triggers }: { readonly triggers: Triggers },
  { tenant, trigger }: { readonly tenant: string; readonly trigger: string },
): Triggers[string] | undefined {
  const found = Object.hasOwn(triggers, trigger) ? triggers[trigger] : undefined;
  return found?.tenant === tenant ? found : undefined;
}

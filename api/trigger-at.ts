import { randomBytes } from 'node:crypto';
import type { ApiSettings } from './settings.ts';

type Triggers = ApiSettings['triggers'];

/** What a message to an address is checked by. */
export interface TriggerAt {
  /** Absent where there is none: then nobody has one of the secrets. */
  readonly trigger?: Triggers[string];
  /** As many for every address, so that neither a trigger that is not there nor one whose secret is changed takes another time. */
  readonly secrets: readonly string[];
}

const NOBODYS_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** The trigger of a tenant at an address. */
export function triggerAt(
  triggers: Triggers,
  { tenant, trigger: name }: { readonly tenant: string; readonly trigger: string },
): TriggerAt {
  const named = Object.hasOwn(triggers, name) ? triggers[name] : undefined;
  const trigger = named?.tenant === tenant ? named : undefined;
  const most = Math.max(1, ...Object.values(triggers).map(({ secrets }) => secrets.length));
  const own = trigger?.secrets ?? [];
  const secrets = [...own, ...Array.from({ length: most - own.length }, () => NOBODYS_SECRET)];
  return { ...(trigger === undefined ? {} : { trigger }), secrets };
}

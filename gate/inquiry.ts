import { sentenceOf } from '../domain/errors.ts';
import { attempt } from './attempt.ts';
import type { Adapter, Call, Settlement } from './call.ts';
import { conclude } from './conclusion.ts';
import type { Destinations } from './destinations.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { prepareCall } from './prepared-call.ts';
import type { SendContext } from './send-context.ts';

/** What a receiver says about an earlier send. */
export type InquiryAnswer =
  | { readonly kind: 'happened'; readonly settlement: Settlement }
  /** It knows nothing of it. */
  | { readonly kind: 'nothing' }
  /** Not now: to be asked again. */
  | { readonly kind: 'silent'; readonly sentence: string }
  /** It does not answer this question. */
  | { readonly kind: 'refused'; readonly sentence: string };

/** What asking needs of a gate. */
export interface InquiryParts {
  readonly destinations: Destinations;
  readonly leases: LeaseKeeper;
  readonly dispatcher: Dispatcher;
}

/**
 * Asks a receiver what an earlier send achieved, over the way that every call takes, and sends nothing: of a run that has ended no
 * further effect may come. Claims nothing either, so that whoever asks at the same time disturbs nobody.
 * @throws JobError `not-cleared`, `invalid-config`; to be tried again: `unavailable`
 */
export async function inquire(
  parts: InquiryParts,
  asked: { readonly call: Call; readonly adapter: Adapter; readonly signal: AbortSignal },
): Promise<InquiryAnswer> {
  const { adapter, signal } = asked;
  const call: Call = { ...asked.call, effect: 'read' };
  if (adapter.reconcile === undefined)
    return { kind: 'refused', sentence: `${call.name} has no way to ask its receiver.` };
  const prepared = prepareCall(call, parts.destinations);
  const lease = await parts.leases.live(signal);
  const { dispatcher } = parts;
  const act = async (context: SendContext): Promise<Settlement | undefined> => adapter.reconcile?.(context);
  const end = await attempt({ prepared, lease, signal, dispatcher, act, beforeFirst: undefined, at: undefined });
  if (end.kind === 'answered')
    return end.value === undefined ? { kind: 'nothing' } : { kind: 'happened', settlement: end.value };
  const conclusion = conclude(prepared, end);
  if (conclusion.kind !== 'release') return { kind: 'refused', sentence: sentenceOf(end.error) };
  const { gives } = conclusion;
  const sentence = 'outcome' in gives ? gives.outcome.sentence : sentenceOf(gives.error);
  return { kind: 'silent', sentence };
}

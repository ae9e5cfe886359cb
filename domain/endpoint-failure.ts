import type { NotCommitted } from './outcome.ts';

/** How long an endpoint that does not let this configuration in is left alone, in milliseconds. */
export const REFUSED_MS = 300_000;
/** How long an endpoint is left alone that answers 429 without a `Retry-After`, in milliseconds. */
export const LIMITED_MS = 10_000;

/** A wait that nobody asked for: the gate's own between two attempts. */
const OWN_WAIT_MS = 1_000;
const NOT_LET_IN = [401, 402, 403, 404];
// What providers say when they will not take a content, whichever status they say it with.
const DECLINES = /content[ _-]?(filter|policy|management)|moderation|flagged|safety|usage polic/i;
const TOO_LONG = /context|token|length|too (long|large)/i;
const LEGAL_REASONS = 451;

/** What a model call that was not committed says of its endpoint. */
export type EndpointFailure =
  /** It asked for a pause; nothing goes there until it is over. */
  | { readonly kind: 'limited'; readonly spanMs: number }
  /** It was not reached, broke off, took too long, or had an error of its own. */
  | { readonly kind: 'failing' }
  /** Key, account, address or model name are wrong: `fix` says which. */
  | { readonly kind: 'refused'; readonly spanMs: number; readonly fix: string }
  /** It is cooling down and was not asked. */
  | { readonly kind: 'cooling' }
  /** The call is longer than its context. */
  | { readonly kind: 'too-long' }
  /** It does not want this content: an answer, which is not taken to a laxer model. */
  | { readonly kind: 'declined' }
  /** It cannot do with this request; another one may. */
  | { readonly kind: 'bad-request' };

/** What a failed model call says of its endpoint; `undefined` for an outcome that the endpoint has no part in. */
export function endpointFailure(outcome: NotCommitted): EndpointFailure | undefined {
  if (outcome.kind === 'unavailable') return ofUnavailable(outcome);
  return outcome.kind === 'rejected' ? ofRejected(outcome) : undefined;
}

function ofUnavailable({ why, waitMs }: Extract<NotCommitted, { kind: 'unavailable' }>): EndpointFailure {
  if (why === 'cooling') return { kind: 'cooling' };
  const asked = why.startsWith('status-') && waitMs > OWN_WAIT_MS;
  return why === 'status-429' || asked ? { kind: 'limited', spanMs: waitMs } : { kind: 'failing' };
}

function ofRejected({ status, sentence }: Extract<NotCommitted, { kind: 'rejected' }>): EndpointFailure {
  // Not the endpoint's name, which stands before it.
  const said = sentence.slice(Math.max(0, sentence.indexOf(` answered ${status}`)));
  if (status === LEGAL_REASONS || DECLINES.test(said)) return { kind: 'declined' };
  if (NOT_LET_IN.includes(status)) return { kind: 'refused', spanMs: REFUSED_MS, fix: fixOf(status) };
  const tooLong = status === 413 || ((status === 400 || status === 422) && TOO_LONG.test(said));
  return { kind: tooLong ? 'too-long' : 'bad-request' };
}

function fixOf(status: number): string {
  if (status === 404) return 'mend its `address` or `model` in temporal.yaml';
  if (status === 402) return 'see to its account';
  return 'mend its key: `credentialRef` in temporal.yaml, or OPENAI_API_KEY';
}

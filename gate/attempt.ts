import type { AtKillPoint } from './kill-points.ts';
import type { Dispatcher } from './dispatcher.ts';
import { gateFetch } from './gate-fetch.ts';
import { httpClient } from './http-client.ts';
import type { Lease } from './lease.ts';
import type { PreparedCall } from './prepared-call.ts';
import type { SendContext } from './send-context.ts';
import { type Trace, WayOut } from './way-out.ts';

/** How long a write whose bytes have left may still take to answer once its run is cancelled, in milliseconds. */
const CANCEL_GRACE_MS = 5_000;

// One for all: an error made anew costs a stack trace.
const OVER = new Error('The attempt is over.');

/** What cut an attempt short. */
type Interruption = 'cancelled' | 'deadline' | 'lease-lost';

/** How an attempt ended. */
export type AttemptEnd<Value> = { readonly kind: 'answered'; readonly value: Value; readonly trace: Trace } | Failed;

/** An attempt that came to nothing, as far as its adapter knows. */
export interface Failed {
  readonly kind: 'failed';
  readonly error: unknown;
  readonly interruption: Interruption | undefined;
  readonly trace: Trace;
}

/** One attempt at sending, or at asking what an earlier one achieved. */
export interface AttemptOptions<Value> {
  readonly prepared: PreparedCall;
  readonly lease: Lease;
  readonly dispatcher: Dispatcher;
  /** The caller's signal: the run is cancelled. */
  readonly signal: AbortSignal;
  readonly act: (context: SendContext) => Promise<Value>;
  readonly beforeFirst: (() => Promise<void>) | undefined;
  readonly at: AtKillPoint | undefined;
}

/**
 * Runs an adapter's function against a deadline, the lease and the caller's cancellation. When it answers, no request of it
 * is under way any more and none can follow.
 */
export async function attempt<Value>(options: AttemptOptions<Value>): Promise<AttemptEnd<Value>> {
  const { prepared, lease, signal } = options;
  const stop = new AbortController();
  let interruption: Interruption | undefined;
  const interrupt = (kind: Interruption, reason: unknown): void => {
    interruption ??= kind;
    stop.abort(reason);
  };
  const way = wayOutOf(options, stop.signal);
  const timers: NodeJS.Timeout[] = [];
  const onCancel = (): void => {
    way.refuseNew(signal.reason);
    if (cancelsAtOnce(prepared, way.trace)) interrupt('cancelled', signal.reason);
    else timers.push(setTimeout(() => interrupt('cancelled', signal.reason), CANCEL_GRACE_MS));
  };
  const onLost = (): void => interrupt('lease-lost', lease.lost.reason);
  timers.push(
    setTimeout(
      () => interrupt(signal.aborted ? 'cancelled' : 'deadline', deadlineError(prepared)),
      prepared.call.timeoutMs,
    ),
  );
  if (signal.aborted) onCancel();
  if (lease.lost.aborted) onLost();
  signal.addEventListener('abort', onCancel, { once: true });
  lease.lost.addEventListener('abort', onLost, { once: true });
  try {
    const value = await raced(() => options.act(contextOf(prepared, way, stop.signal)), stop.signal);
    return { kind: 'answered', value, trace: way.trace };
  } catch (error) {
    return { kind: 'failed', error, interruption: interruption ?? interruptionOf(error, options), trace: way.trace };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener('abort', onCancel);
    lease.lost.removeEventListener('abort', onLost);
    if (way.end(OVER)) stop.abort(OVER);
  }
}

function wayOutOf<Value>(options: AttemptOptions<Value>, signal: AbortSignal): WayOut {
  const { prepared, at } = options;
  const { call, route } = prepared;
  return new WayOut({
    dispatcher: options.dispatcher,
    route,
    lease: options.lease,
    signal,
    freshConnection: call.class === 'C' || call.class === 'D',
    beforeFirst: options.beforeFirst,
    afterWrite: () => void Promise.resolve(at?.('bytes-left', call)).catch(() => undefined),
  });
}

function contextOf(prepared: PreparedCall, way: WayOut, signal: AbortSignal): SendContext {
  const { tenant, runId } = prepared.call;
  return { http: httpClient(way), fetch: gateFetch(way), tenant, runId, key: prepared.callKey, signal };
}

function cancelsAtOnce(prepared: PreparedCall, trace: Trace): boolean {
  return prepared.call.effect === 'read' || prepared.call.effect === 'model' || !trace.bytesLeft;
}

// What was refused in the turn of its write shows as the adapter's error before anything else does.
function interruptionOf<Value>(error: unknown, options: AttemptOptions<Value>): Interruption | undefined {
  if (options.lease.lost.aborted || isLeaseError(error)) return 'lease-lost';
  return options.signal.aborted ? 'cancelled' : undefined;
}

function isLeaseError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'lease-lost';
}

function deadlineError(prepared: PreparedCall): Error {
  return new Error(`No answer within ${prepared.call.timeoutMs} ms.`);
}

async function raced<Value>(act: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<Value>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    act().then(resolve, reject);
    return await promise;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

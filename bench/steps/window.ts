import { setTimeout as delay } from 'node:timers/promises';
import { sentenceOf } from '../../domain/errors.ts';
import type { Side } from './side.ts';
import { addedUp, type Usage, usageFrom, type Watched } from './usage.ts';

/** How a window is measured. */
export interface WindowOptions {
  readonly inFlight: number;
  readonly windowMs: number;
  readonly watched: Omit<Watched, 'workers'>;
  /** Ends the window early. */
  readonly signal: AbortSignal;
}

/** What one side did in one window of steady load. */
export interface Window {
  /** A run that reaches over an edge counts with the part of it that lies inside. */
  readonly runs: number;
  readonly elapsedMs: number;
  /** How long each run took that was open in the window, from its start to its client's knowing its end. */
  readonly tookMs: readonly number[];
  readonly usage: Usage;
  /** Every run, also those outside the window. */
  readonly runIds: readonly string[];
}

interface Span {
  readonly runId: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Keeps a number of runs open. The window opens when each has been succeeded once, so that the load is even, and all that is
 * still open when it closes is awaited, so that the next window finds nothing of this one.
 * @throws the signal's reason once the open runs have ended
 */
export async function measureWindow(side: Side, options: WindowOptions): Promise<Window> {
  const { inFlight, windowMs, signal } = options;
  const spans: Span[] = [];
  const steady = Promise.withResolvers<void>();
  let slotsBegun = 0;
  let over = false;
  const slot = async (): Promise<void> => {
    spans.push(await timed(side));
    slotsBegun += 1;
    if (slotsBegun === inFlight) steady.resolve();
    while (!over && !signal.aborted) spans.push(await timed(side));
  };
  const slots = Promise.all(Array.from({ length: inFlight }, slot));
  await Promise.race([steady.promise, slots]);
  const openedMs = performance.now();
  const usageSince = usageFrom({ ...options.watched, workers: side.pids });
  await Promise.race([delay(windowMs, undefined, { signal }).catch(() => undefined), slots]);
  const closedMs = performance.now();
  const usage = usageSince();
  over = true;
  await slots;
  signal.throwIfAborted();
  const shares = spans
    .map((span) => ({ span, share: shareWithin(span, openedMs, closedMs) }))
    .filter(({ share }) => share > 0);
  return {
    runs: shares.reduce((sum, { share }) => sum + share, 0),
    elapsedMs: closedMs - openedMs,
    tookMs: shares.map(({ span }) => span.toMs - span.fromMs),
    usage,
    runIds: spans.map(({ runId }) => runId),
  };
}

/** Two windows of one side as if they were one. */
export function joined(one: Window, other: Window): Window {
  return {
    runs: one.runs + other.runs,
    elapsedMs: one.elapsedMs + other.elapsedMs,
    tookMs: [...one.tookMs, ...other.tookMs],
    usage: addedUp(one.usage, other.usage),
    runIds: [...one.runIds, ...other.runIds],
  };
}

async function timed(side: Side): Promise<Span> {
  const fromMs = performance.now();
  try {
    const runId = await side.run();
    return { runId, fromMs, toMs: performance.now() };
  } catch (cause) {
    throw new Error(`A ${side.name} run did not complete: ${deepestSentence(cause)}`, { cause });
  }
}

// Temporal's own sentences say only that something failed; what did stands at the end of the causes.
function deepestSentence(error: unknown): string {
  return error instanceof Error && error.cause instanceof Error ? deepestSentence(error.cause) : sentenceOf(error);
}

function shareWithin({ fromMs, toMs }: Span, openedMs: number, closedMs: number): number {
  const insideMs = Math.min(toMs, closedMs) - Math.max(fromMs, openedMs);
  return Math.max(0, insideMs / (toMs - fromMs));
}

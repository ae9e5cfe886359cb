import type { DataClass } from './effects.ts';

/** How an endpoint cools down: `closed` is not asked at all, `failing` only when no other one is left. */
export interface Cooling {
  readonly kind: 'closed' | 'failing';
  /** How much longer, in milliseconds. */
  readonly waitMs: number;
}

/** One of the endpoints that an agent names. */
export interface EndpointCandidate {
  readonly id: string;
  /** The data classes it may be shown. */
  readonly cleared: readonly DataClass[];
  /** How many tokens it takes in and gives out together; `undefined`: not known, and then nothing is too long for it. */
  readonly contextTokens: number | undefined;
  /** Whether it can call tools. */
  readonly tools: boolean;
  readonly cooling: Cooling | undefined;
}

/** What one model call needs. */
export interface CallNeeds {
  readonly dataClass: DataClass;
  /** At least so many tokens go in. */
  readonly inputTokens: number;
  readonly tools: boolean;
  /** At which of the fitting endpoints to begin, counted from 0; beyond the last one: at the last one. */
  readonly rung: number;
}

/** Why an endpoint is not asked. The first three are hard constraints. */
export type SkipReason = 'not-cleared' | 'no-tools' | 'context-too-small' | 'earlier-rung' | 'cooling';

/** An endpoint that is not asked. */
export interface Skipped {
  readonly id: string;
  readonly reason: SkipReason;
}

/** Which endpoints to ask, and why not the others. */
export interface EndpointChoice {
  /** Those that keep the hard constraints, in the agent's order, cooling ones included. */
  readonly fitting: readonly string[];
  /** Those to ask, one after the other. `lastResort`: it is asked even while it is failing, for nothing else is left. */
  readonly order: readonly { readonly id: string; readonly lastResort: boolean }[];
  readonly skipped: readonly Skipped[];
}

/**
 * Chooses among an agent's endpoints, which are given in its order of preference. Hard constraints come first and admit no
 * exception; cooling only moves an endpoint back or leaves it out for now. The order is empty only when nothing fits: of endpoints
 * that are all closed the gate is asked for the one that opens first, and refuses or gives the answer that is there already.
 */
export function chooseEndpoint(candidates: readonly EndpointCandidate[], needs: CallNeeds): EndpointChoice {
  const checked = candidates.map((candidate) => ({ candidate, reason: hardReason(candidate, needs) }));
  const fitting = checked.filter(({ reason }) => reason === undefined).map(({ candidate }) => candidate);
  const first = Math.max(0, Math.min(needs.rung, fitting.length - 1));
  const wanted = fitting.slice(first);
  const free = wanted.filter(({ cooling }) => cooling === undefined);
  const failing = wanted.filter(({ cooling }) => cooling?.kind === 'failing').toSorted(soonerFirst);
  const closed = wanted.filter(({ cooling }) => cooling?.kind === 'closed').toSorted(soonerFirst);
  // Whoever asks for a call that was answered before gets that answer, whatever the endpoints do now.
  const [soonest] = free.length + failing.length === 0 ? closed.splice(0, 1) : [];
  return {
    fitting: fitting.map(({ id }) => id),
    order: [
      ...free.map(({ id }) => ({ id, lastResort: wanted.length === 1 })),
      ...[...failing, ...(soonest === undefined ? [] : [soonest])].map(({ id }) => ({ id, lastResort: true })),
    ],
    skipped: [
      ...checked.flatMap(({ candidate, reason }) => (reason === undefined ? [] : [{ id: candidate.id, reason }])),
      ...fitting.slice(0, first).map(({ id }) => ({ id, reason: 'earlier-rung' as const })),
      ...closed.map(({ id }) => ({ id, reason: 'cooling' as const })),
    ],
  };
}

/** Whether a call that is too long for one endpoint may fit another: not when both sizes are known and the other's is no larger. */
export function mayTakeMore(other: number | undefined, tooSmall: number | undefined): boolean {
  return other === undefined || tooSmall === undefined || other > tooSmall;
}

function hardReason(candidate: EndpointCandidate, needs: CallNeeds): SkipReason | undefined {
  if (!candidate.cleared.includes(needs.dataClass)) return 'not-cleared';
  if (needs.tools && !candidate.tools) return 'no-tools';
  const { contextTokens } = candidate;
  return contextTokens !== undefined && needs.inputTokens >= contextTokens ? 'context-too-small' : undefined;
}

function soonerFirst(one: EndpointCandidate, other: EndpointCandidate): number {
  return (one.cooling?.waitMs ?? 0) - (other.cooling?.waitMs ?? 0);
}

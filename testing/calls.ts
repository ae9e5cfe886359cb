import type { Json } from '../domain/canonical.ts';
import type { EffectClass, Effect } from '../domain/effects.ts';

/** A call that the gate of a rehearsal's worker is about to make. */
export interface CallOfRun {
  /** The call's key. */
  readonly key: string;
  readonly tenant: string;
  readonly step: string;
  /** The tool's or agent's name. */
  readonly name: string;
  readonly effect: Effect;
  readonly class: EffectClass;
  readonly args: Json;
}

/** Which function of a tool speaks to its system. */
export type ToolAct = 'send' | 'read-back' | 'reconcile';

/**
 * How a fake receiver wraps what it answers. What tool code expects around a record cannot be known, so that what asks for one is
 * tried with each: the record itself; a list of it; the record with that list under every part of the path, as in
 * `{ bookings: [record] }`.
 */
export type AnswerForm = 'plain' | 'list' | 'named';

/** By which header a request names the key of its call. */
export const CALL_HEADER = 'x-holdfast-call';
/** By which header a request names its tool. */
export const TOOL_HEADER = 'x-holdfast-tool';
/** By which header a request names its {@link ToolAct}. */
export const ACT_HEADER = 'x-holdfast-act';
/** By which header a request names its {@link AnswerForm}. */
export const FORM_HEADER = 'x-holdfast-form';
/** The environment variable that holds a {@link RehearsalPlan} as JSON. */
export const REHEARSAL_VARIABLE = 'HOLDFAST_REHEARSAL';

/** What a worker of rehearsals is told beside its settings. */
export interface RehearsalPlan {
  /** Where it says which call it is about to make. */
  readonly callsAddress: string;
  /** Where it kills itself. */
  readonly killAt: readonly KillPlace[];
}

/** A place in a run where a worker is killed. */
export interface KillPlace {
  readonly step: string;
  readonly point: string;
}

/** Whether a place means a call: by its step path, or by the name of an agent, whose first model call it is then. */
export function isKillPlace(place: KillPlace, call: { readonly step: string; readonly point: string }): boolean {
  return place.point === call.point && (place.step === call.step || `${place.step}/turn-1` === call.step);
}

import type { Effect, EffectClass } from './effects.ts';
import type { WaitingFor } from './run-view.ts';

/** What an event of a run's timeline tells. */
export const TIMELINE_KINDS = [
  'run-started',
  'call-claimed',
  'call-settled',
  'call-judged',
  'decision-made',
  'decision-delivered',
  'status-noted',
  'run-ended',
  'call-copied',
  'run-forked',
] as const;
/** One of {@link TIMELINE_KINDS}. */
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

interface At<Kind extends TimelineKind> {
  /** Its place in the run's timeline: opaque, unique in the run, and the same whenever it is read. */
  readonly id: string;
  readonly kind: Kind;
  readonly at: Date;
}

/** A call at one of its moments. */
export interface TimelineCall {
  readonly stepPath: string;
  /** The tool's name, or that of the agent whose model is called. */
  readonly name: string;
  readonly effect: Effect;
  readonly class: EffectClass;
  /** The system or endpoint; empty for a tool that only computes. */
  readonly system: string;
}

/**
 * One event of a run: it was entered; a call was claimed, settled, or judged after that (verified, doubted, answered by a
 * person, abandoned); a decision was made and delivered; the run paused, waited or went on; it ended; a call of a fork was
 * copied from its first run; a fork was made, told in both runs.
 */
export type TimelineEvent =
  | (At<'run-started'> & { readonly actor: string })
  | (At<'call-claimed'> & TimelineCall)
  | (At<'call-settled' | 'call-judged'> &
      TimelineCall & {
        readonly state: string;
        readonly takeovers: number;
        readonly sentence: string;
        readonly inputTokens: number;
        readonly outputTokens: number;
      })
  | (At<'decision-made' | 'decision-delivered'> & {
      readonly decision: string;
      /** The signal's or the question's name; empty for the others. */
      readonly name: string;
      readonly actor: string;
    })
  | (At<'status-noted'> & { readonly status: string; readonly waitingFor?: WaitingFor })
  | (At<'run-ended'> & { readonly status: string; readonly code: string; readonly sentence: string })
  | (At<'call-copied'> &
      TimelineCall & {
        readonly state: string;
        readonly source: string;
        /** Who gave its output otherwise; empty when nobody did. */
        readonly editedBy: string;
      })
  | (At<'run-forked'> & {
      readonly source: string;
      readonly fork: string;
      /** The first step that is done anew; empty when all that is recorded was copied. */
      readonly step: string;
      readonly actor: string;
      /** How many calls were copied. */
      readonly copied: number;
    });

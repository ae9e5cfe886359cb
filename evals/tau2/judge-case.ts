import type { Case } from './data.ts';
import type { CaseEnd } from './case-end.ts';
import type { DeskEntry } from './desk-ledger.ts';
import { mutates } from './place-in-trace.ts';

/** A case with everything that was to be seen of it. */
export interface SeenCase {
  readonly case: Case;
  readonly end: CaseEnd;
  /** Its entries of the tool server's ledger, in order. */
  readonly entries: readonly DeskEntry[];
  /** The hash of its state in the end. */
  readonly sha256: string;
}

/** What a case came to. */
export interface JudgedCase {
  readonly id: string;
  readonly solved: boolean;
  /** Effects beyond the trace's, also when they changed no state. */
  readonly duplicateEffects: number;
  /** Writes of the trace that a finished run did not bring about. */
  readonly lostEffects: number;
  readonly stuck: boolean;
  readonly parkedUnknown: boolean;
  /** Why it is not solved. */
  readonly why: readonly string[];
}

/**
 * Judges a case by the pass rule: the state's hash is the trace's, the writes are the trace's, in order, each once, and the final
 * answer holds everything that is to be communicated.
 */
export function judgeCase({ case: one, end, entries, sha256 }: SeenCase): JudgedCase {
  const { trace, final_sha256: expected, communicate } = one.task;
  const wanted = trace.flatMap((step, position) => (mutates(one, step) ? [position] : []));
  const effects = entries.filter((entry) => isEffect(entry) && mutates(one, entry));
  const done = effects.filter(({ deed }) => deed === 'step').map(({ position }) => position);
  const missing = wanted.filter((position) => !done.includes(position));
  const beyond = effects.length - done.length;
  const message = end.kind === 'completed' ? end.message : '';
  const unsaid = (communicate ?? []).filter((text) => !message.includes(text));
  const why = [
    ...(end.kind === 'completed' ? [] : [`${end.kind}: ${end.sentence}`]),
    ...(sha256 === expected ? [] : ['the state is another one']),
    ...(missing.length === 0 ? [] : [`writes that did not happen: ${missing.join(', ')}`]),
    ...(beyond === 0 ? [] : [`${beyond} effects beyond the trace's`]),
    ...(isOrdered(done) ? [] : [`the order of writes was ${done.join(', ')}`]),
    ...(unsaid.length === 0 ? [] : [`not said: ${unsaid.join('; ')}`]),
  ];
  return {
    id: one.id,
    solved: why.length === 0,
    duplicateEffects: beyond,
    lostEffects: end.kind === 'completed' ? missing.length : 0,
    stuck: end.kind === 'stuck',
    parkedUnknown: end.kind === 'parked',
    why,
  };
}

function isEffect({ deed }: DeskEntry): boolean {
  return deed === 'step' || deed === 'duplicate' || deed === 'unexpected';
}

function isOrdered(positions: readonly (number | undefined)[]): boolean {
  return positions.every((position, index) => index === 0 || Number(positions[index - 1]) < Number(position));
}

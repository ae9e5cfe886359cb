import type { SeenCase } from './judge-case.ts';
import { mutates } from './place-in-trace.ts';
import type { Tau2Options } from './options.ts';
import type { Tau2Report } from './report.ts';

/**
 * What became of writes that took place, or were about to, while their caller was told nothing: `confirmed` when the run went on
 * with them, `withPerson` when it waits for one, `other` for anything else.
 */
export function unconfirmedWrites(seen: readonly SeenCase[]): Tau2Report['unconfirmed'] {
  const counts = { confirmed: 0, withPerson: 0, other: 0 };
  for (const { case: one, end, entries } of seen) {
    const doubtful = entries.filter((entry) => entry.fault !== undefined && mutates(one, entry));
    for (const { position } of doubtful) {
      const times = entries.filter((entry) => entry.position === position && entry.deed === 'step').length;
      const again = entries.some((entry) => entry.position === position && entry.deed === 'duplicate');
      const isLast = !entries.some((entry) => Number(entry.position) > Number(position));
      if (again) counts.other += 1;
      else if (end.kind === 'parked' && isLast) counts.withPerson += 1;
      else if (times === 1) counts.confirmed += 1;
      else counts.other += 1;
    }
  }
  return counts;
}

/** Whether a report is as it must be: key-aware, every task is solved; naive, a task may wait for a person instead. */
export function isAsItMustBe(report: Tau2Report, { tools }: Pick<Tau2Options, 'tools'>): boolean {
  const { cases, solved, duplicateEffects, lostEffects, stuck, parkedUnknown, unconfirmed, unexpected } = report;
  const harm = duplicateEffects + lostEffects + stuck + unconfirmed.other + unexpected.length;
  return harm === 0 && solved + (tools === 'naive' ? parkedUnknown : 0) === cases;
}

import type { OddPart } from '../replay/fitting-parts.ts';
import { type Judged, judgeCase } from './judge-case.ts';
import type { ToolcallsFigures, ToolcallsReport } from './report.ts';
import type { SortedOut } from './sort-out.ts';

/** A judged case, or what else is wrong, with its id. */
export interface JudgedById extends Judged {
  readonly id: string;
}

const NONE: ToolcallsFigures = {
  validCalls: 0,
  validDispatched: 0,
  invalidCalls: 0,
  invalidRefused: 0,
  irrelevant: 0,
  irrelevantDispatched: 0,
  multiTurn: 0,
  multiTurnReached: 0,
};

/** What a case that is left out comes to: its calls count, and none of them was dispatched or refused. */
export function leftOutJudged({ case: one, why }: SortedOut['leftOut'][number]): JudgedById {
  const { figures } = judgeCase({ case: one, end: 'never', requests: [], seen: [], sha256: undefined });
  return { id: one.id, figures, wrong: [why] };
}

/** What a part of another form comes to: nobody knows what it holds, so nothing of it counts. */
export function oddJudged({ id, why }: OddPart): JudgedById {
  return { id, figures: {}, wrong: [why] };
}

/** The report of everything that was judged, in its order. */
export function reportOf(
  judged: readonly JudgedById[],
  measured: Pick<ToolcallsReport, 'repeatedRequests' | 'wallMs'>,
): ToolcallsReport {
  const unexpected = judged.flatMap(({ id, wrong }) => wrong.map((why) => ({ id, why })));
  return { ...summed(judged), ...measured, unexpected };
}

function summed(judged: readonly Judged[]): ToolcallsFigures {
  const add = (sum: ToolcallsFigures, { figures }: Judged): ToolcallsFigures => ({
    validCalls: sum.validCalls + (figures.validCalls ?? 0),
    validDispatched: sum.validDispatched + (figures.validDispatched ?? 0),
    invalidCalls: sum.invalidCalls + (figures.invalidCalls ?? 0),
    invalidRefused: sum.invalidRefused + (figures.invalidRefused ?? 0),
    irrelevant: sum.irrelevant + (figures.irrelevant ?? 0),
    irrelevantDispatched: sum.irrelevantDispatched + (figures.irrelevantDispatched ?? 0),
    multiTurn: sum.multiTurn + (figures.multiTurn ?? 0),
    multiTurnReached: sum.multiTurnReached + (figures.multiTurnReached ?? 0),
  });
  return judged.reduce(add, NONE);
}

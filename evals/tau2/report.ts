import type { KillKind } from './kill-plan.ts';
import type { ModelFault, ToolFault } from './fault-plan.ts';

/** A case that did not end as it must. */
export interface Unexpected {
  readonly id: string;
  readonly why: string;
}

/** The result of `eval tau2`; the keys stay. */
export interface Tau2Report {
  readonly cases: number;
  readonly solved: number;
  /** Effects beyond the traces', also when they changed no state. */
  readonly duplicateEffects: number;
  /** Writes of the traces that finished runs did not bring about. */
  readonly lostEffects: number;
  /** Runs that neither ended nor wait for a person. */
  readonly stuck: number;
  /** Runs that wait for a person to say whether an effect took place. */
  readonly parkedUnknown: number;
  /** Requests that reached the oracle. */
  readonly modelCalls: number;
  /** Requests that reached the tool server. */
  readonly toolCalls: number;
  readonly kills: number;
  readonly killsByKind: Partial<Readonly<Record<KillKind, number>>>;
  readonly modelFaults: Partial<Readonly<Record<ModelFault, number>>>;
  readonly toolFaults: Partial<Readonly<Record<ToolFault, number>>>;
  /** Writes whose effect the tool server had and did not confirm in time: how many ended confirmed, how many with a person. */
  readonly unconfirmed: { readonly confirmed: number; readonly withPerson: number; readonly other: number };
  readonly wallMs: number;
  readonly unexpected: readonly Unexpected[];
}

/** The report of an evaluation that had nothing to play. */
export const NOTHING: Tau2Report = {
  cases: 0,
  solved: 0,
  duplicateEffects: 0,
  lostEffects: 0,
  stuck: 0,
  parkedUnknown: 0,
  modelCalls: 0,
  toolCalls: 0,
  kills: 0,
  killsByKind: {},
  modelFaults: {},
  toolFaults: {},
  unconfirmed: { confirmed: 0, withPerson: 0, other: 0 },
  wallMs: 0,
  unexpected: [],
};

/** A report with the cases that were left out: they count, and none of them is solved. */
export function withLeftOut(report: Tau2Report, leftOut: readonly Unexpected[]): Tau2Report {
  return { ...report, cases: report.cases + leftOut.length, unexpected: [...leftOut, ...report.unexpected] };
}

const WIDTH = 34;

/** A report as people read it, ending with a line break. */
export function tableOf(report: Tau2Report): string {
  const { unexpected, killsByKind, modelFaults, toolFaults, unconfirmed, ...figures } = report;
  const parts = { killsByKind, modelFaults, toolFaults, unconfirmed };
  const rows = Object.entries(figures).map(([name, figure]) => row(name, figure));
  const lists = Object.entries(parts).flatMap(([name, counts]) => {
    const entries = Object.entries(counts);
    return entries.length === 0 ? [] : ['', `${name}:`, ...entries.map(([kind, count]) => row(`  ${kind}`, count))];
  });
  const others = unexpected.map(({ id, why }) => `  ${id}: ${why}`);
  const list = others.length === 0 ? [] : ['', 'ended otherwise than expected:', ...others];
  return `${[...rows, ...lists, ...list].join('\n')}\n`;
}

function row(name: string, figure: number): string {
  return `${name.padEnd(WIDTH)}${String(figure).padStart(8)}`;
}

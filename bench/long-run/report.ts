import { median, rounded } from '../steps/statistics.ts';
import type { Turns } from './service.ts';

/** What `bench long-run` answers. */
export interface LongRunReport {
  readonly turns: number;
  readonly runs: number;
  /** What a turn of the first and of the last tenth took, from one model call to the next; the median of all runs. */
  readonly firstTenthMs: number;
  readonly lastTenthMs: number;
  /** The last tenth by the first, the median of the runs; it is to show [cost.flat]. */
  readonly ratio: number;
  /** What a step adds to the histories, of which a turn has two (the model's call, the tool's); it is to show [cost.bytes]. */
  readonly bytesPerStep: number;
  /** The same of a workflow on Temporal alone that hands references on. */
  readonly bareBytesPerStep: number;
  /** Characters of the largest and of the last request to the model. */
  readonly mostCharacters: number;
  readonly lastCharacters: number;
  /** What each turn took, the median of the runs, in milliseconds. */
  readonly perTurnMs: readonly number[];
}

/** What was seen of one run. */
export interface SeenRun {
  readonly turns: Turns;
  /** Of all histories of the run. */
  readonly bytes: number;
}

const TENTH = 10;
const DIGITS = 2;

/** What the runs come to. */
export function reportOf(
  seen: readonly SeenRun[],
  setting: { turns: number; bareBytesPerStep: number },
): LongRunReport {
  const tookMs = seen.map(({ turns }) => durationsOf(turns.beganMs));
  const count = Math.max(1, Math.floor(setting.turns / TENTH));
  const firsts = tookMs.map((took) => median(took.slice(0, count)));
  const lasts = tookMs.map((took) => median(took.slice(-count)));
  const steps = setting.turns * 2 - 1;
  const perTurnMs = Array.from({ length: setting.turns - 1 }, (_, turn) =>
    rounded(median(tookMs.map((took) => took[turn] ?? 0)), DIGITS),
  );
  const requests = seen.map(({ turns }) => turns.characters);
  return {
    turns: setting.turns,
    runs: seen.length,
    firstTenthMs: rounded(median(firsts), DIGITS),
    lastTenthMs: rounded(median(lasts), DIGITS),
    ratio: rounded(median(lasts.map((last, run) => last / (firsts[run] ?? Number.NaN))), 3),
    bytesPerStep: rounded(median(seen.map(({ bytes }) => bytes / steps)), 0),
    bareBytesPerStep: setting.bareBytesPerStep,
    mostCharacters: Math.max(...requests.flat()),
    lastCharacters: median(requests.map((characters) => characters.at(-1) ?? 0)),
    perTurnMs,
  };
}

/** What is not as it must be, a sentence each: counts, never a time. */
export function faultsOf(seen: readonly SeenRun[], turns: number): readonly string[] {
  return seen.flatMap(({ turns: { beganMs, looks } }, run) => [
    ...(beganMs.length === turns
      ? []
      : [`Run ${run + 1} asked the model ${beganMs.length} times instead of ${turns}.`]),
    ...(looks === turns - 1 ? [] : [`Run ${run + 1} looked ${looks} times instead of ${turns - 1}.`]),
  ]);
}

/** A report as people read it, ending with a line break. */
export function tableOf(report: LongRunReport): string {
  return [
    `an agent of ${report.turns} turns, each with 10 KB from a tool; medians of ${report.runs} runs`,
    `a turn of the first tenth: ${report.firstTenthMs} ms, of the last: ${report.lastTenthMs} ms, ratio ${report.ratio}`,
    `history: ${report.bytesPerStep} bytes a step, on Temporal alone ${report.bareBytesPerStep}`,
    `sent to the model: at most ${report.mostCharacters} characters, the last time ${report.lastCharacters}`,
    '',
  ].join('\n');
}

function durationsOf(beganMs: readonly number[]): readonly number[] {
  return beganMs.slice(1).map((began, index) => began - (beganMs[index] ?? began));
}

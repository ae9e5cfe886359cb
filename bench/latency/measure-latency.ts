import type { Layout } from '../../main/worker-specs.ts';
import type { Course } from '../measuring/run-benchmark.ts';
import { type Bench, openBench } from '../steps/open-bench.ts';
import { SIDES, type Side } from '../steps/side.ts';
import { STEPS } from '../steps/step-count.ts';
import type { LatencyOptions } from './options.ts';
import { type LatencyReport, type LayoutLatency, layoutLatency } from './report.ts';
import { stepTimes } from './step-times.ts';

// The receiver of `bench steps` answers after so long.
const ANSWER_MS = 20;
const WARM_UP_RUNS = 20;

/** Measures single steps while nothing else runs: one run at a time, both sides in turn, in each layout. */
export async function measureLatency(options: LatencyOptions, course: Course): Promise<LatencyReport> {
  const layouts: { [layout in Layout]?: LayoutLatency } = {};
  for (const layout of options.layouts) layouts[layout] = await measureLayout(layout, options.runs, course);
  return { runs: options.runs, stepsPerRun: STEPS, answerMs: ANSWER_MS, layouts };
}

async function measureLayout(layout: Layout, runs: number, { tell, signal }: Course): Promise<LayoutLatency> {
  const bench = await openBench({ layout, bare: 'stock' }, tell);
  try {
    tell(`${layout}: warming up, one run at a time`);
    await inTurn(bench, Math.min(runs, WARM_UP_RUNS), signal);
    const times = await inTurn(bench, runs, signal);
    const found = layoutLatency(times);
    tell(`${layout}: step p50 ${found.bare.p50Ms} ms bare, ${found.governed.p50Ms} ms governed`);
    return found;
  } finally {
    await bench.close();
  }
}

async function inTurn(
  { sides, temporal }: Bench,
  runs: number,
  signal: AbortSignal,
): Promise<Record<Side['name'], number[]>> {
  const times: Record<Side['name'], number[]> = { bare: [], governed: [] };
  for (let number = 0; number < runs; number += 1) {
    for (const name of number % 2 === 0 ? SIDES : SIDES.toReversed()) {
      signal.throwIfAborted();
      times[name].push(...(await stepTimes(temporal, await sides[name].run())));
    }
  }
  return times;
}

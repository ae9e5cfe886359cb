import type { Layout } from '../../main/worker-specs.ts';
import type { PerSide } from '../steps/side.ts';
import { quantile, rounded } from '../steps/statistics.ts';

/** How long steps took, in milliseconds. */
export interface StepLatency {
  readonly steps: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Both sides of one layout. */
export interface LayoutLatency extends PerSide<StepLatency> {
  /** Governed by bare. */
  readonly ratios: { readonly p50: number; readonly p99: number };
}

/** What `bench latency` answers. */
export interface LatencyReport {
  /** Of each side and layout. */
  readonly runs: number;
  readonly stepsPerRun: number;
  /** Part of every step: after how long the receiver answers. */
  readonly answerMs: number;
  readonly layouts: Readonly<Partial<Record<Layout, LayoutLatency>>>;
}

/** The figures of both sides by all their steps' times. */
export function layoutLatency(times: PerSide<readonly number[]>): LayoutLatency {
  const [bare, governed] = [latencyOf(times.bare), latencyOf(times.governed)];
  const ratios = { p50: rounded(governed.p50Ms / bare.p50Ms, 3), p99: rounded(governed.p99Ms / bare.p99Ms, 3) };
  return { bare, governed, ratios };
}

function latencyOf(times: readonly number[]): StepLatency {
  return {
    steps: times.length,
    p50Ms: rounded(quantile(times, 0.5), 2),
    p99Ms: rounded(quantile(times, 0.99), 2),
  };
}

import { createRequire } from 'node:module';
import type sequencer from '@jest/test-sequencer';

// Its types are those of its CommonJS form.
type SequencerModule = typeof sequencer;
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as SequencerModule;

type Tests = Parameters<InstanceType<SequencerModule['default']>['sort']>[0];

// Files that take 20 seconds or more, with roughly how many seconds. A machine that has run the suite knows better.
const LONG: Readonly<Record<string, number>> = {
  'package/tarball': 120,
  'bench/small-runs': 85,
  'main/start': 80,
  'kills/kill-matrix': 70,
  'workflows/long/map-step': 55,
  'bench/steps': 50,
  'cli/run-life': 45,
  'stack/lifecycle': 45,
  'main/upgrades': 40,
  'testing/kills': 40,
  'kills/zombie': 35,
  'kills/random-plan': 35,
  'workflows/endpoints': 35,
  'testing/own-stack': 35,
  'evals/tau2/command': 35,
  'kills/schedules-killed': 30,
  'evals/invoices/command': 30,
  'examples/invoice-intake/generated-texts': 25,
  'bench/api': 25,
  'kills/kill-storm': 25,
  'evals/toolcalls/command': 25,
  'testing/script': 25,
  'workers/plugin/existing-worker': 25,
  'workers/plugin/governed': 25,
  'workflows/outage': 25,
  'workflows/long/agent-parts': 25,
  'bench/long-run': 25,
  'testing/waiting': 25,
  'workflows/long/answers-handed-over': 20,
  'workflows/beside': 20,
  'kills/calls-in-flight': 20,
  'kills/server-killed': 20,
  'kills/continued': 20,
  'workflows/agent-ends': 20,
};

/**
 * Has the files run that take longest first, so that the workers of Jest finish together also where none has run before. Those of
 * the gate come last: its leases live in the process of the test, which must not stand still for a second beside what starts
 * processes by the dozen.
 */
class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const usual = await super.sort(tests);
    const known = usual.some(({ duration }) => duration !== undefined);
    const ordered = known ? usual : usual.toSorted((one, other) => secondsOf(other) - secondsOf(one));
    return ordered.toSorted((one, other) => Number(isOfGate(one)) - Number(isOfGate(other)));
  }
}

function isOfGate({ path }: Tests[number]): boolean {
  return path.includes('/test/gate/');
}

function secondsOf({ path }: Tests[number]): number {
  const [, name = ''] = /\/test\/(.+)\.test\.ts$/.exec(path) ?? [];
  return LONG[name] ?? 0;
}

// oxlint-disable-next-line import/no-default-export -- Jest takes the default export of its testSequencer.
export default LongestFirst;

import { createRequire } from 'node:module';
import type sequencer from '@jest/test-sequencer';

// Its types are those of its CommonJS form.
type SequencerModule = typeof sequencer;
const { default: Sequencer } = createRequire(import.meta.url)('@jest/test-sequencer') as SequencerModule;

type Tests = Parameters<InstanceType<SequencerModule['default']>['sort']>[0];

// Files that take 20 seconds or more, with roughly how many seconds. A machine that has run the suite knows better.
const LONG: Readonly<Record<string, number>> = {
  'main/start': 110,
  'bench/small-runs': 90,
  'package/tarball': 90,
  'kills/kill-matrix': 70,
  'stack/lifecycle': 55,
  'bench/steps': 45,
  'workflows/long/map-step': 45,
  'workflows/beside': 45,
  'kills/random-plan': 45,
  'testing/kills': 45,
  'workflows/outage': 40,
  'evals/toolcalls/command': 40,
  'main/upgrades': 40,
  'cli/run-life': 40,
  'kills/calls-in-flight': 40,
  'evals/invoices/command': 40,
  'workflows/endpoints': 40,
  'client/schedules/schedules': 35,
  'kills/zombie': 35,
  'workers/plugin/existing-worker': 35,
  'workflows/long/agent-parts': 35,
  'kills/schedules-killed': 30,
  'evals/tau2/command': 30,
  'bench/long-run': 30,
  'examples/invoice-intake/generated-texts': 30,
  'testing/own-stack': 30,
  'kills/kill-storm': 25,
  'workflows/agent-ends': 25,
  'bench/api': 25,
  'client/view': 25,
  'testing/script': 25,
  'kills/server-killed': 20,
  'testing/waiting': 20,
  'workflows/long/answers-handed-over': 20,
  'kills/continued': 20,
  'gate/crash-properties': 20,
};

/** Has the files run that take longest first, so that the workers of Jest finish together also where none has run before. */
class LongestFirst extends Sequencer {
  override async sort(tests: Tests): Promise<Tests> {
    const usual = await super.sort(tests);
    return usual.some(({ duration }) => duration !== undefined)
      ? usual
      : usual.toSorted((one, other) => secondsOf(other) - secondsOf(one));
  }
}

function secondsOf({ path }: Tests[number]): number {
  const [, name = ''] = /\/test\/(.+)\.test\.ts$/.exec(path) ?? [];
  return LONG[name] ?? 0;
}

// oxlint-disable-next-line import/no-default-export -- Jest takes the default export of its testSequencer.
export default LongestFirst;

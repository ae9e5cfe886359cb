import type { Answer } from '../../api/types.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

/** What the API tells about what is behind it. */
export type SystemState = Answer<'GET /v1/system'>;

/** A log-in whose clock is further off is refused. */
const WRONG_CLOCK_MS = 30_000;
const ODD_CLOCK_MS = 2_000;

/** Judges database, Temporal, workers and clocks as the API sees them. `askedAt` is the CLI's clock in the middle of asking. */
export function judgeSystem(system: SystemState, askedAt: number): readonly Finding[] {
  const { database, temporal, queues, now } = system;
  return [
    database.ready
      ? ok('postgresql', 'the API reaches its database')
      : wrong(
          'postgresql',
          'the API does not reach its database',
          'Start PostgreSQL, or correct DATABASE_URL and start the API again.',
        ),
    temporal.ready
      ? ok('temporal', `the API reaches Temporal, namespace ${temporal.namespace}`)
      : wrong(
          'temporal',
          'the API does not reach Temporal',
          'Start the server, or correct TEMPORAL_ADDRESS and start the API again.',
        ),
    ...queues.map(judgeQueue),
    judgeClock('the API', Date.parse(now) - askedAt),
    ...(database.ready ? [judgeClock('the database', database.clockAheadMs, 'the API')] : []),
  ];
}

function judgeQueue({ taskQueue, role, workers }: SystemState['queues'][number]): Finding {
  const does = { workflows: 'runs workflows', calls: 'makes calls', together: 'runs workflows and makes calls' }[role];
  if (workers > 0) return ok('workers', `${workers} on the Task Queue "${taskQueue}", which ${does}`);
  return wrong(
    'workers',
    `nobody works on the Task Queue "${taskQueue}", which ${does}; runs wait`,
    'Start workers with `holdfast up`; logs are in .holdfast/logs.',
  );
}

/** Judges how far a clock is ahead of another, in milliseconds. */
export function judgeClock(whose: string, aheadMs: number, than = 'this machine'): Finding {
  const off = `the clock of ${whose} is ${(Math.abs(aheadMs) / 1_000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} that of ${than}`;
  if (Math.abs(aheadMs) <= ODD_CLOCK_MS) return ok('clock', `the clock of ${whose} agrees with that of ${than}`);
  const fix = 'Let both follow the same time server (NTP).';
  if (Math.abs(aheadMs) <= WRONG_CLOCK_MS) return note('clock', off, fix);
  return wrong(
    'clock',
    `${off}; log-ins, tokens and deadlines need them to agree within ${WRONG_CLOCK_MS / 1_000} s`,
    fix,
  );
}

import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { parseTenant } from '../../client/index.ts';
import { openEngine } from '../../main/engine.ts';
import { homeOf, ROOT } from '../measuring/bench-place.ts';
import type { Course } from '../measuring/run-benchmark.ts';
import { startService } from '../measuring/start-service.ts';
import { watchedOf } from '../steps/open-bench.ts';
import type { ParkedOptions } from './options.ts';
import { park, type ParkingLot } from './park.ts';
import { type ParkedReport, reportOf } from './report.ts';
import { bareSide, governedSide, type ParkedParts } from './sides.ts';

const HOME = homeOf('parked');
const RECEIVER = fileURLToPath(new URL('../steps/receiver.ts', import.meta.url));
const PROCESSES = 2;

/** Lets runs of both sides wait, one side after the other on one stack, each on workers of its own. */
export async function measureParked(options: ParkedOptions, course: Course): Promise<ParkedReport> {
  const { layout } = options;
  const id = randomBytes(4).toString('hex');
  const tenant = parseTenant(`bench-${id}`);
  const engine = await openEngine({
    home: HOME,
    env: {},
    jobs: ['bench/parked'],
    root: ROOT,
    layout,
    processes: PROCESSES,
    taskQueue: `bench-${id}`,
    systems: (stack) => startService(stack, 'receiver', [RECEIVER]),
    endpoints: async () => [],
    onProgress: course.tell,
  });
  const { temporal: server } = engine.stack.addresses;
  const connection = await Connection.connect({ address: server.address });
  try {
    const temporal = new Client({ connection, namespace: server.namespace });
    const { systems } = engine;
    const common = { layout, processes: PROCESSES, systems, endpoints: [], env: {}, verbose: false };
    const plan: ParkedParts['plan'] = { ...common, taskQueue: `plain-${id}`, jobs: [ROOT] };
    const parts: ParkedParts = { engine, temporal, home: HOME, tenant, plan };
    const receiver = systems['receiver']?.address ?? '';
    const lot: ParkingLot = { options, receiver, watched: await watchedOf(engine), course };
    const bare = await park(await bareSide(parts), lot);
    const governed = await park(await governedSide(parts), lot);
    return reportOf(options, { bare, governed });
  } finally {
    course.tell('ending the stack');
    await connection.close();
    await engine.close();
  }
}

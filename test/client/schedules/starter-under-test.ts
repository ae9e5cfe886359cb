import { type ClientStore, openClientStore } from '../../../gate/client-store.ts';
import { type RunningStarter, startStarter } from '../../../main/starter.ts';
import type { StackAddresses } from '../../../stack/index.ts';
import type { ProbeEngine } from '../../fixtures/probe-engine.ts';
import { sharedStack } from '../../stack-addresses.ts';
import '../../fixtures/quiet-runtime.ts';

/** What enters the runs of schedules for a test's engine, and can be down. */
export interface StarterUnderTest {
  readonly store: ClientStore;
  /** Starts it, with its own store or one that fails. */
  start(store?: ClientStore): Promise<RunningStarter>;
  close(): Promise<void>;
}

/** A starter for the Task Queue of a probe, not started yet; on the stack that the suite shares unless another one is named. */
export async function starterFor(
  engine: Pick<ProbeEngine, 'registry' | 'taskQueue'>,
  addresses: StackAddresses = sharedStack(),
): Promise<StarterUnderTest> {
  const { temporal, database } = addresses;
  const { registry, taskQueue } = engine;
  const { address, namespace } = temporal;
  const store = await openClientStore({ databaseUrl: database.clientUrl });
  const running = new Set<RunningStarter>();
  return {
    store,
    start: async (used = store) => {
      const starter = await startStarter({ temporal: { address, namespace }, store: used, registry, taskQueue });
      running.add(starter);
      return starter;
    },
    close: async () => {
      await Promise.all([...running].map((starter) => starter.close()));
      await store.close();
    },
  };
}

import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import type { StartInput } from '../../domain/skeleton.ts';
import type { BareActivities } from '../steps/bare-activities.ts';

/** The same as people write it on Temporal alone: waits for a signal, then makes one write. */
export async function plainParkedWorkflow({ tenant, definition, input, calls }: StartInput): Promise<{ ref: string }> {
  let woken = false;
  setHandler(defineSignal('go'), () => {
    woken = true;
  });
  await condition(() => woken, '3 days');
  const { sendFile } = proxyActivities<BareActivities>({
    startToCloseTimeout: 45_000,
    heartbeatTimeout: '4s',
    ...(calls === undefined ? {} : { taskQueue: calls }),
  });
  const { value } = await sendFile({ tenant, definition, tool: 'file', input: { ref: input } });
  return { ref: value.ref };
}

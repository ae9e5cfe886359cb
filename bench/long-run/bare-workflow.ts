import { proxyActivities } from '@temporalio/workflow';
import type { BareActivities } from './bare-activities.ts';

/** The same turns as people write them on Temporal alone: references go through the history, messages do not. */
export async function plainTurnsWorkflow(start: { readonly run: string; readonly pages: number }): Promise<string> {
  const { askModel, look } = proxyActivities<BareActivities>({
    startToCloseTimeout: '60s',
    heartbeatTimeout: '4s',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10s' },
  });
  let ref = start.run;
  for (let turn = 1; ; turn += 1) {
    const asked = await askModel({ run: start.run, turn, ref });
    if (asked.tool === 'submit') return asked.ref;
    ({ ref } = await look({ run: start.run, turn, ref: asked.ref }));
    if (turn > start.pages) return ref;
  }
}

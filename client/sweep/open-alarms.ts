import type { QuietRun } from '../../gate/client-store.ts';
import { openPartsOf } from '../open-parts.ts';
import { type Described, describeWorkflow } from './describe-workflow.ts';
import { alarmsOf, blockedAlarm, type RunAlarm } from './run-alarms.ts';
import type { SweepParts } from './sweep-options.ts';

// A map, and the long agents that are its items.
const LEVELS = 2;
// A sweep looks at many runs.
const MOST_AT_LEVEL = 20;

/**
 * What is wrong with a run that Temporal has open, or with what it does in parts: of the run itself is seen only that it waits for
 * them. That a part is idle is no sign: of many outages it tells the first ones alone.
 */
export async function openAlarmsOf(
  parts: Pick<SweepParts, 'workflows' | 'temporal' | 'limits'>,
  run: QuietRun,
  described: Described,
): Promise<readonly RunAlarm[]> {
  const own = alarmsOf(run, described, parts.limits);
  if (own.some(({ kind }) => kind === 'blocked')) return own;
  const blocked = await blockedPart(parts, run, described);
  return blocked === undefined ? own : [blocked, ...own];
}

async function blockedPart(
  parts: Pick<SweepParts, 'workflows' | 'temporal'>,
  run: QuietRun,
  described: Described,
): Promise<RunAlarm | undefined> {
  const { namespace } = parts.temporal;
  let seen: readonly Described[] = [described];
  for (let level = 0; level < LEVELS; level += 1) {
    const ids = seen.flatMap((each) => openPartsOf(each)).slice(0, MOST_AT_LEVEL);
    const found = await Promise.all(ids.map((workflowId) => describeWorkflow(parts, { namespace, workflowId })));
    seen = found.filter((each) => each !== undefined);
    const blocked = seen.map((each) => blockedAlarm(run, each)).find((alarm) => alarm !== undefined);
    if (blocked !== undefined) return blocked;
  }
  return undefined;
}

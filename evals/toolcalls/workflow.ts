import { workflow } from 'holdfast/workflow';
import type { Ref } from 'holdfast';
import type { ShelfJob } from './shelf-job.ts';

/** One agent step for each thing that the user says, with the tools of the case alone. */
export const toolcallsWorkflow = workflow<ShelfJob>(async ({ plan, act }, input) => {
  const { facts } = await plan(input);
  const { id, turns } = facts;
  const given = act.with({ tools: facts.tools === '' ? [] : facts.tools.split(' ') });
  let said: Ref<{ message: string }> = await given({ id, turn: 0 });
  for (let turn = 1; turn < turns; turn += 1) said = await given({ id, turn });
  return said;
});

import type { AgentLoop } from './agent-loop.ts';

type Bounded = Pick<AgentLoop, 'name' | 'skeleton'>;

/** Why an agent that has made all of its turns ends its run. */
export function limitSentence({ name, skeleton }: Bounded): string {
  return `The agent "${name}" made ${skeleton.turns} model calls without an accepted output, the most it is allowed.`;
}

/** Why an agent whose time is over ends its run. */
export function lateSentence(loop: Bounded): string {
  const { withinMs } = loop.skeleton;
  const allowed = withinMs % 60_000 === 0 ? `${withinMs / 60_000} minutes` : `${withinMs / 1_000} seconds`;
  return `The agent "${loop.name}" worked for longer than its ${allowed}; raise \`budget.within\` of the job if that is too little.`;
}

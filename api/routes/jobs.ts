import { jsonSchema } from '../../jobs/definition.ts';
import type { Job } from '../../jobs/job.ts';
import { toolsOf } from '../../jobs/registry.ts';
import type { Handlers } from '../handler.ts';
import type { Answer } from '../types.ts';

/** Jobs and their schemas. */
export const jobHandlers = {
  'GET /v1/jobs': async (_, { registry }) => ({
    status: 200,
    body: { jobs: registry.jobs.map(jobJson).toSorted((left, right) => (left.name < right.name ? -1 : 1)) },
  }),
  'GET /v1/jobs/{job}': async ({ path }, { registry }) => {
    const job = registry.job(path.job);
    const { turns, withinMs } = job.budget;
    return {
      status: 200,
      body: {
        ...jobJson(job),
        input: jsonSchema(`the input of "${job.name}"`, job.input),
        output: jsonSchema(`the output of "${job.name}"`, job.output),
        effects: effectsOf(job),
        budget: { turns, withinMs },
      },
    };
  },
} as const satisfies Partial<Handlers>;

function jobJson(job: Job): Answer<'GET /v1/jobs'>['jobs'][number] {
  const { name, version, dataClass, agents, tools, checks } = job;
  return {
    name,
    version,
    dataClass,
    agents: Object.keys(agents),
    tools: Object.keys(tools),
    checks: Object.keys(checks),
  };
}

function effectsOf(job: Job): Answer<'GET /v1/jobs/{job}'>['effects'] {
  const tools = new Map(toolsOf(job).map((tool) => [tool.name, tool]));
  return [...tools.values()].map(({ name, effect, class: effectClass, system = '' }) => {
    return { tool: name, effect, class: effectClass, system };
  });
}

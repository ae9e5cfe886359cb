import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Domain } from './data.ts';
import type { ToolsMode } from './options.ts';

/** Which runs of a domain: those that begin at once, or those that wait for a person first. */
export type Variant = 'plain' | 'held';

/** What job folders are written of. */
export interface JobsPlan {
  readonly domains: readonly Domain[];
  readonly variants: readonly Variant[];
  readonly mode: ToolsMode;
}

const REPLAY_JOB = fileURLToPath(new URL('./replay-job.ts', import.meta.url));
const WORKFLOW = fileURLToPath(new URL('./workflow.ts', import.meta.url));
const WORKFLOWS: Readonly<Record<Variant, string>> = { plain: 'replayWorkflow', held: 'heldReplayWorkflow' };
const NO_POLICY =
  'You help a customer by calling the offered tools, one at a time. When nothing is left to do, hand in your answer.';

/** The name of a domain's job. */
export function jobNameOf({ slug }: Pick<Domain, 'slug'>, variant: Variant): string {
  return `tau2-${slug}${variant === 'plain' ? '' : `-${variant}`}`;
}

/** Writes a folder for each job, as a project has them, and answers their paths: the tools come from the data, and the code is ours. */
export function writeJobs(folder: string, { domains, variants, mode }: JobsPlan): readonly string[] {
  return domains.flatMap((domain) => variants.map((variant) => writeJob(folder, { domain, variant, mode })));
}

function writeJob(parent: string, job: { domain: Domain; variant: Variant; mode: ToolsMode }): string {
  const { domain, variant, mode } = job;
  const name = jobNameOf(domain, variant);
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  const exported = `${name.replaceAll(/-+([a-z0-9])/g, (_, next: string) => next.toUpperCase())}Workflow`;
  const files = {
    'policy.md': domain.policy.trim() === '' ? NO_POLICY : domain.policy,
    'parts.json': JSON.stringify({ name, mode, tools: domain.tools }),
    'job.ts': [
      "import { readFileSync } from 'node:fs';",
      `import { replayJob } from ${JSON.stringify(REPLAY_JOB)};`,
      "const parts = JSON.parse(readFileSync(new URL('./parts.json', import.meta.url), 'utf8'));",
      "export const job = replayJob({ ...parts, policy: new URL('./policy.md', import.meta.url) });",
      '',
    ].join('\n'),
    'workflow.ts': `export { ${WORKFLOWS[variant]} as ${exported} } from ${JSON.stringify(WORKFLOW)};\n`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

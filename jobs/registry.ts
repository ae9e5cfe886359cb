import { isJobName } from '../domain/ids.ts';
import { JobError } from '../domain/errors.ts';
import type { Agent } from './agent.ts';
import type { Job } from './job.ts';
import { READ_ON } from './read-on.ts';
import type { Tool } from './tool.ts';
import { SUBMIT } from './tool-aliases.ts';
import type { Tools } from './verifier.ts';

/** The jobs that a process knows, checked. */
export interface Registry {
  readonly jobs: readonly Job[];
  /**
   * The job of a name.
   * @throws JobError `unknown-job` when there is none
   */
  job(name: string): Job;
}

// Printable throughout: what looks like nothing, or turns the reading order, would make two names look alike.
const TOOL_NAME = /^[^\p{C}\p{Z}](?:[^\p{C}\p{Zl}\p{Zp}]{0,126}[^\p{C}\p{Z}])?$/u;
const VERIFIER_NAME = /^[a-z][a-z0-9-]{0,39}$/;
const STEP_NAME = /^[a-z][A-Za-z0-9]{0,63}$/;
const MAX_TURNS = 200;
/** The most endpoints that one agent may name. */
export const MAX_ENDPOINTS = 8;

/**
 * Checks and collects jobs.
 * @throws JobError `invalid-job`: a duplicate or illegal name, a tool of class C without `reconcile`, bounds out of range,
 *   a verifier that reads through a tool that writes, two tools under one name
 */
export function createRegistry(jobs: readonly Job[]): Registry {
  const byName = new Map<string, Job>();
  for (const job of jobs) {
    if (byName.has(job.name)) throw invalid(`Two jobs are named "${job.name}"; rename one of them.`);
    checkJob(job);
    byName.set(job.name, job);
  }
  return {
    jobs,
    job(name) {
      const found = byName.get(name);
      if (found === undefined) {
        const known = [...byName.keys()].join(', ') || 'none';
        throw new JobError(
          'unknown-job',
          `There is no job "${name}"; known are: ${known}. Its folder must stand under \`jobs\` in temporal.yaml.`,
        );
      }
      return found;
    },
  };
}

function checkJob(job: Job): void {
  if (!isJobName(job.name))
    throw invalid(`The job name "${job.name}" is not 1 to 63 of a-z, 0-9 and "-" starting with a letter.`);
  checkVersion(`The job "${job.name}"`, job.version);
  const { turns } = job.budget;
  if (!Number.isInteger(turns) || turns < 1 || turns > MAX_TURNS) {
    throw invalid(`The job "${job.name}" allows ${turns} turns; 1 to ${MAX_TURNS} are possible.`);
  }
  const steps = [...Object.keys(job.agents), ...Object.keys(job.tools), ...Object.keys(job.checks)];
  for (const name of steps) checkStepName(job.name, name, steps);
  for (const [name, agent] of Object.entries(job.agents)) checkAgent(`The agent "${name}" of "${job.name}"`, agent);
  checkTools(`The job "${job.name}"`, toolsOf(job));
  for (const [name, check] of Object.entries(job.checks)) {
    checkReaders(`The check "${name}" of "${job.name}"`, check.tools);
    checkVersion(`The check "${name}" of "${job.name}"`, check.version);
  }
}

function checkStepName(job: string, name: string, all: readonly string[]): void {
  if (!STEP_NAME.test(name))
    throw invalid(`The step name "${name}" of "${job}" is not camelCase of at most 64 letters and digits.`);
  if (all.filter((other) => other === name).length > 1)
    throw invalid(`Two steps of "${job}" are named "${name}"; rename one of them.`);
}

function checkAgent(who: string, agent: Agent): void {
  checkTools(who, Object.values(agent.tools));
  const names = Object.values(agent.tools).map((tool) => tool.name);
  if (names.includes(SUBMIT))
    throw invalid(`${who} has a tool named "${SUBMIT}", which is how an agent hands in its output; rename the tool.`);
  if (names.includes(READ_ON))
    throw invalid(`${who} has a tool named "${READ_ON}", which is how an agent reads a long input; rename the tool.`);
  if (agent.endpoints.length === 0)
    throw invalid(`${who} names no endpoint; leave \`endpoints\` out to use the default.`);
  if (agent.endpoints.length > MAX_ENDPOINTS)
    throw invalid(`${who} names ${agent.endpoints.length} endpoints; at most ${MAX_ENDPOINTS} are possible.`);
  const twice = agent.endpoints.find((name, index) => agent.endpoints.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`${who} names the endpoint "${twice}" twice.`);
  const verifiers = agent.verify.map((verifier) => verifier.name);
  for (const verifier of agent.verify) {
    if (!VERIFIER_NAME.test(verifier.name)) {
      throw invalid(`${who} has a verifier "${verifier.name}", whose name is not 1 to 40 of a-z, 0-9 and "-".`);
    }
    checkVersion(`The verifier "${verifier.name}"`, verifier.version);
    checkReaders(`The verifier "${verifier.name}"`, verifier.tools);
    if (verifiers.filter((name) => name === verifier.name).length > 1)
      throw invalid(`${who} has two verifiers named "${verifier.name}".`);
  }
}

function checkReaders(who: string, tools: Tools): void {
  checkTools(who, Object.values(tools));
  for (const tool of Object.values(tools)) {
    if (tool.effect !== 'read')
      throw invalid(`${who} uses "${tool.name}", whose effect is ${tool.effect}; verifying may only read.`);
  }
}

function checkTools(who: string, tools: readonly Tool[]): void {
  const byName = new Map<string, Tool>();
  for (const tool of tools) {
    checkTool(who, tool);
    const other = byName.get(tool.name);
    if (other !== undefined && other !== tool)
      throw invalid(`${who} has two tools named "${tool.name}"; rename one of them.`);
    byName.set(tool.name, tool);
  }
}

function checkTool(who: string, tool: Tool): void {
  if (!isToolName(tool.name)) {
    throw invalid(
      `${who} has a tool ${JSON.stringify(tool.name)}, whose name is not 1 to 128 printable characters without a space at its ends.`,
    );
  }
  checkVersion(`The tool "${tool.name}"`, tool.version);
  if (tool.class === 'C' && tool.reconcile === undefined) {
    throw invalid(
      `The tool "${tool.name}" is of class C but has no \`reconcile\`; add one that asks the receiver, or declare class D.`,
    );
  }
  if (tool.readBack !== undefined && tool.facts === undefined) {
    throw invalid(
      `The tool "${tool.name}" has \`readBack\` but no \`facts\` to compare; declare the facts of its input.`,
    );
  }
}

/** Whether an agent may have a tool of this name. */
export function isAgentToolName(name: string): boolean {
  return isToolName(name) && name !== SUBMIT && name !== READ_ON;
}

// Composed, so that one text is one name; and objects have a member of that other name already.
function isToolName(name: string): boolean {
  return TOOL_NAME.test(name) && name === name.normalize('NFC') && name !== '__proto__';
}

function checkVersion(who: string, version: number): void {
  if (!Number.isInteger(version) || version < 1)
    throw invalid(`${who} has version ${version}; it must be a whole number from 1.`);
}

/** Every tool a job can reach, in its manifest, its agents, its verifiers and its checks. */
export function toolsOf(job: Job): readonly Tool[] {
  const agents = Object.values(job.agents);
  return [
    ...Object.values(job.tools),
    ...agents.flatMap((agent) => Object.values(agent.tools)),
    ...agents.flatMap((agent) => agent.verify.flatMap((verifier) => Object.values(verifier.tools))),
    ...Object.values(job.checks).flatMap((check) => Object.values(check.tools)),
  ];
}

/** The name that a job's workflow function must be exported under: `invoice-intake` gives `invoiceIntakeWorkflow`. */
export function workflowNameOf(job: string): string {
  return `${job.replaceAll(/-+([a-z0-9])/g, (_, next: string) => next.toUpperCase())}Workflow`;
}

function invalid(message: string): JobError {
  return new JobError('invalid-job', message);
}

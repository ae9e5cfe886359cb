import type { Info } from '@temporalio/activity';
import { canonicalJson } from '../domain/canonical.ts';
import { runIdOf } from '../domain/digest.ts';
import type { DataClass } from '../domain/effects.ts';
import type { RunId, Tenant } from '../domain/ids.ts';
import type { PlainExecution, PlainPlace } from '../domain/plain-execution.ts';
import type { Gate } from '../gate/index.ts';
import { pinDefinition } from '../jobs/definition.ts';
import type { Job } from '../jobs/job.ts';
import type { GovernedCallInput } from './governed-call-types.ts';

/** What {@link PlainRuns} needs. */
export interface PlainRunsOptions {
  readonly gate: Pick<Gate, 'runs'>;
  readonly tenant: Tenant;
  readonly dataClass: DataClass;
  /** The job that stands for Workflows of a type. */
  readonly jobOf: (workflowType: string) => Job;
}

const MAX_KNOWN = 10_000;

/** Enters executions of plain Workflows as runs, each once for a process: lists show them, and claims note their steps. */
export class PlainRuns {
  readonly #options: PlainRunsOptions;
  readonly #entered = new Set<RunId>();
  readonly #definitions = new Map<string, Uint8Array>();

  constructor(options: PlainRunsOptions) {
    this.#options = options;
  }

  /** The run that a call belongs to, entered. */
  async enter(info: Info, { execution, actor }: GovernedCallInput): Promise<RunId> {
    const { gate, tenant, jobOf } = this.#options;
    const job = jobOf(info.workflowType ?? '');
    const place = placeOf(info, execution);
    const runId = runIdOf({ tenant, job: job.name, identity: identityOf(place) });
    if (this.#entered.has(runId)) return runId;
    await gate.runs.enter({
      tenant,
      runId,
      job: job.name,
      version: job.version,
      definition: this.#definitionOf(job),
      input: encoded(place),
      ...(actor === undefined ? {} : { actor }),
    });
    if (this.#entered.size >= MAX_KNOWN) this.#entered.clear();
    this.#entered.add(runId);
    return runId;
  }

  #definitionOf(job: Job): Uint8Array {
    const known = this.#definitions.get(job.name);
    if (known !== undefined) return known;
    const definition = encoded(pinDefinition(job));
    this.#definitions.set(job.name, definition);
    return definition;
  }
}

function placeOf(info: Info, { first, link, cronRun }: PlainExecution): PlainPlace {
  return {
    namespace: info.namespace,
    workflowId: info.workflowExecution?.workflowId ?? '',
    workflowType: info.workflowType ?? '',
    first,
    link,
    ...(cronRun === undefined ? {} : { cronRun }),
  };
}

function identityOf({ namespace, workflowId, first, link, cronRun }: PlainPlace): (string | number | null)[] {
  return [namespace, workflowId, first, link, cronRun ?? null];
}

function encoded(value: unknown): Uint8Array {
  return new TextEncoder().encode(canonicalJson(value));
}

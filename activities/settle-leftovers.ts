import { cancellationSignal } from '@temporalio/activity';
import { sentenceOf } from '../domain/errors.ts';
import type { Tenant } from '../domain/ids.ts';
import type { LeftoverActivities } from '../domain/reaper.ts';
import type { Leftover, LeftoverEnd } from '../gate/index.ts';
import { toolDigest } from '../jobs/definition.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { toolsOf } from '../jobs/registry.ts';
import type { Tool } from '../jobs/tool.ts';
import { readJson } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { settleLooseAnswers } from './settle-loose-answers.ts';
import { toolCallOf } from './tool-call.ts';
import { translateErrors } from './translate-errors.ts';
import { withHeartbeat } from './with-heartbeat.ts';

// Those that are left come next: an Activity of minutes would only be cut off.
const BATCH = 20;
// What was sent right before its worker died may still be on its way for a while after the tool's own time is over.
const UNDER_WAY_MS = 60_000;
// A clock that jumped ahead makes any send look old: who knows nothing of it says so twice.
const FEWEST_TRIES = 2;

/**
 * Settles what runs left behind when they ended: asks the receiver where the tool can, and leaves the rest to a person. It never
 * sends an effect. What people said about such calls reaches the ledger here too.
 */
export function createSettleLeftovers(dependencies: ActivityDependencies): LeftoverActivities['settleLeftovers'] {
  return translateErrors(({ tenant }) =>
    withHeartbeat(async () => {
      await settleLooseAnswers(dependencies, tenant);
      await settleBatch(dependencies, tenant);
    }),
  );
}

async function settleBatch(dependencies: ActivityDependencies, tenant: Tenant | undefined): Promise<void> {
  const { leftovers } = dependencies.gate;
  const signal = cancellationSignal();
  const taken = await leftovers.take(BATCH, tenant);
  // At once: one receiver that hangs must not hold up the others.
  const settling = taken.map(async (leftover) => {
    const end = await endOf(dependencies, leftover, signal);
    const settled = await leftovers.settle(leftover, end);
    const { runId, stepPath } = leftover;
    if (settled && end.verdict !== 'later')
      dependencies.logger.info('A call of an ended run was settled.', { runId, stepPath, verdict: end.verdict });
  });
  await Promise.all(settling);
}

async function endOf(
  dependencies: ActivityDependencies,
  leftover: Leftover,
  signal: AbortSignal,
): Promise<LeftoverEnd> {
  const about = `${leftover.name} of the ended run ${leftover.runId}`;
  try {
    const tool = toolOf(dependencies, leftover);
    if (tool === undefined)
      return later(
        `Whether ${about} took effect is not known, and no worker has that tool as the run had it; ${fix(leftover)}`,
      );
    if (tool.reconcile === undefined)
      return {
        verdict: 'person',
        sentence: `Whether ${about} took effect is not known, and its receiver cannot be asked; ${fix(leftover)}`,
      };
    return await asked(dependencies, { leftover, tool, signal, about });
  } catch (error) {
    return later(`Whether ${about} took effect could not be asked (${sentenceOf(error)}); ${fix(leftover)}`);
  }
}

interface Asking {
  readonly leftover: Leftover;
  readonly tool: Tool;
  readonly signal: AbortSignal;
  readonly about: string;
}

async function asked(dependencies: ActivityDependencies, asking: Asking): Promise<LeftoverEnd> {
  const { leftover, tool, signal, about } = asking;
  const { tenant, runId, stepPath } = leftover;
  const { dataClass } = dependencies.registry.job(leftover.job);
  const stored = await readJson(dependencies, tenant, leftover.argsRef);
  const input = parseAs({ code: 'invalid-input', schema: tool.input, subject: `What ${about} was given` }, stored);
  const { call, adapter } = toolCallOf({ tenant, runId, pinned: { dataClass } }, { tool, stepPath, input, signal });
  const answer = await dependencies.gate.inquire(call, adapter, { signal });
  switch (answer.kind) {
    case 'happened':
      return {
        verdict: 'committed',
        settlement: answer.settlement,
        sentence: `Asked after the run had ended: it took place.`,
      };
    case 'nothing':
      if (leftover.accepted)
        return {
          verdict: 'person',
          sentence: `The receiver knows nothing of ${about}, although it had accepted it or a part of it; ${fix(leftover)}`,
        };
      return leftover.exposedMs > tool.timeoutMs + UNDER_WAY_MS && leftover.tries >= FEWEST_TRIES
        ? {
            verdict: 'rejected',
            sentence: 'Asked after the run had ended: the receiver knows nothing of it; it was not sent again.',
          }
        : later(`The receiver does not know ${about} yet; it is asked again.`);
    case 'silent':
      return later(
        `Whether ${about} took effect could not be asked yet (${unended(answer.sentence)}); ${fix(leftover)}`,
      );
    case 'refused':
      return {
        verdict: 'person',
        sentence: `The receiver does not say whether ${about} took effect (${unended(answer.sentence)}); ${fix(leftover)}`,
      };
  }
}

// Another version may ask about something else, so that its answer proves nothing.
function toolOf({ registry }: ActivityDependencies, leftover: Leftover): Tool | undefined {
  const job = registry.jobs.find(({ name }) => name === leftover.job);
  if (job === undefined) return undefined;
  return toolsOf(job).find((tool) => tool.name === leftover.name && toolDigest(tool) === leftover.toolDigest);
}

function later(sentence: string): LeftoverEnd {
  return { verdict: 'later', sentence };
}

function fix({ runId, stepPath }: Leftover): string {
  return `look there and say so with \`holdfast answer ${runId} --question ${stepPath}\`.`;
}

function unended(sentence: string): string {
  return sentence.replace(/\.$/, '');
}

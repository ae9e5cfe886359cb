import { cancellationSignal } from '@temporalio/activity';
import type { Outcome } from '../domain/outcome.ts';
import { parseAs } from '../jobs/parse-as.ts';
import { callSite, resolveInput, sameTool } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { heldCall } from './held-call.ts';
import { type ToolResult, useTool } from './tool-call.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities, StepResult } from './types.ts';

/**
 * A tool that the workflow calls itself.
 * @throws ApplicationFailure `invalid-input` when what it is given does not fit the tool's input
 */
export function createCallTool(dependencies: ActivityDependencies): Activities['callTool'] {
  return translateErrors((input) =>
    heldCall(async () => {
      const site = await callSite(dependencies, input);
      const tool = sameTool(site, site.job.tools[input.tool], input.tool);
      const { value } = await resolveInput(dependencies, site.tenant, input.input);
      const parsed = parseAs(
        { code: 'invalid-input', schema: tool.input, subject: `What the step "${site.stepPath}" was given` },
        value,
      );
      const outcome = await useTool(dependencies, site, {
        tool,
        stepPath: site.stepPath,
        input: parsed,
        signal: cancellationSignal(),
        answers: input.answers,
      });
      return stepOutcome(outcome);
    }),
  );
}

function stepOutcome(outcome: Outcome<ToolResult>): Outcome<StepResult> {
  if (outcome.kind !== 'committed') return outcome;
  const { value } = outcome;
  return value.kind === 'result'
    ? { kind: 'committed', value: { ref: value.ref, facts: value.facts } }
    : { kind: 'unknown', sentence: value.sentence };
}

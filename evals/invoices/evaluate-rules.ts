import { JobError } from '../../domain/errors.ts';
import { readUbl } from '../../examples/invoice-intake/ubl/read-ubl.ts';
import { ARITHMETIC_RULES, evaluateRule } from '../../examples/invoice-intake/ubl/rules.ts';
import type { RuleCase } from './data.ts';
import type { Unexpected } from './report.ts';

/** How the verdicts of the rules compare with what is expected. */
export interface RulesResult {
  readonly rules: number;
  readonly rulesAgreed: number;
  readonly unexpected: readonly Unexpected[];
}

/** Judges every fragment by its rule. One that cannot be read, or whose rule does not exist, disagrees. */
export function evaluateRules(cases: readonly RuleCase[]): RulesResult {
  const unexpected = cases.flatMap((one) => {
    const got = verdictOn(one);
    return got === one.expect ? [] : [{ id: one.id, expected: `${one.rule} ${one.expect}`, got }];
  });
  return { rules: cases.length, rulesAgreed: cases.length - unexpected.length, unexpected };
}

function verdictOn({ rule: name, xml }: RuleCase): string {
  const rule = ARITHMETIC_RULES.find((known) => known === name);
  if (rule === undefined) return `there is no rule ${name}`;
  try {
    return evaluateRule(rule, readUbl(xml)).kind;
  } catch (error) {
    if (error instanceof JobError) return error.message;
    throw error;
  }
}

import type { Finding } from '../domain/verdict.ts';
import { failRun } from './fail-run.ts';

/**
 * Ends the run by its findings: `rejected` when the source itself is wrong, `verification-failed` when what was made from
 * it never became right. The sentence is that of the finding that decides, with the rule in it.
 */
export function endByFindings(findings: readonly Finding[]): never {
  const source = findings.some((finding) => finding.of === 'source');
  if (findings.length === 0) return failRun('unverified', 'A verifier failed without saying why.');
  return failRun(source ? 'rejected' : 'verification-failed', decidingSentence(findings));
}

/** The sentence of the finding that decides, the first one about the source before all others, with its rule in it. */
export function decidingSentence(findings: readonly Finding[]): string {
  const deciding = findings.find((finding) => finding.of === 'source') ?? findings[0];
  if (deciding === undefined) return '';
  const { rule, sentence } = deciding;
  return sentence.includes(rule) ? sentence : `${rule}: ${sentence}`;
}

import type { Finding } from '../domain/verdict.ts';
import { failRun } from './fail-run.ts';

/**
 * Ends the run by its findings: `rejected` when the source itself is wrong, `verification-failed` when what was made from
 * it never became right. The sentence is that of the finding that decides, with the rule in it.
 */
export function endByFindings(findings: readonly Finding[]): never {
  const source = findings.find((finding) => finding.of === 'source');
  const deciding = source ?? findings[0];
  if (deciding === undefined) return failRun('unverified', 'A verifier failed without saying why.');
  const sentence = deciding.sentence.includes(deciding.rule)
    ? deciding.sentence
    : `${deciding.rule}: ${deciding.sentence}`;
  return failRun(source === undefined ? 'verification-failed' : 'rejected', sentence);
}

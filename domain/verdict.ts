/** One thing that a verifier found wrong. */
export interface Finding {
  /** Where the fault lies: in what was given, or in what was made from it. */
  readonly of: 'source' | 'output';
  /** The rule that is broken, such as `BR-CO-15` or `account-on-file`. */
  readonly rule: string;
  /** One sentence that names the values. */
  readonly sentence: string;
  /** The field of the output it is about, where there is one. */
  readonly field?: string;
}

/** What a verifier says. Abstaining is not passing. */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'fail'; readonly findings: readonly [Finding, ...Finding[]] }
  | { readonly kind: 'abstain'; readonly why: string };

/** The verdict for a list of findings: `pass` when there are none. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  const [first, ...rest] = findings;
  return first === undefined ? { kind: 'pass' } : { kind: 'fail', findings: [first, ...rest] };
}

/** What one check of the doctor found. */
export interface Finding {
  readonly check: string;
  /** `ok`; `note`: worth knowing, or not known; `wrong`: something does not work. */
  readonly state: 'ok' | 'note' | 'wrong';
  readonly sentence: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** That all is well. */
export function ok(check: string, sentence: string): Finding {
  return { check, state: 'ok', sentence };
}

/** What is worth knowing. */
export function note(check: string, sentence: string, fix?: string): Finding {
  return { check, state: 'note', sentence, ...(fix === undefined ? {} : { fix }) };
}

/** What does not work, and what mends it. */
export function wrong(check: string, sentence: string, fix: string): Finding {
  return { check, state: 'wrong', sentence, fix };
}

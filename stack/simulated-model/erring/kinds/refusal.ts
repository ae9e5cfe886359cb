import type { Alter } from '../alteration.ts';

/** The model refuses to go on. */
export const refusal: Alter = () => ({
  spoken: { kind: 'refusal', refusal: 'I cannot help with this document. (A simulated refusal.)' },
  what: 'The model refused.',
});

import { accountKey, type VendorOnFile } from '../../examples/invoice-intake/matching.ts';
import type { DocumentInFile } from './data.ts';
import type { Outcome } from './deliver.ts';
import { statedAccounts, vendorsOf } from './vendors.ts';

/** A document with what became of it and what its booking may name. */
export interface Case {
  readonly document: DocumentInFile;
  readonly outcome: Outcome;
  /** Ids of the vendors it can be booked to. */
  readonly vendors: readonly string[];
  /** The accounts it asks to be paid to, without spaces. */
  readonly accounts: readonly string[];
}

/** Every delivered document as a case, in the order of the file. */
export function casesOf(
  documents: readonly DocumentInFile[],
  outcomes: ReadonlyMap<string, Outcome>,
  vendors: readonly VendorOnFile[],
): readonly Case[] {
  return documents.map((document) => ({
    document,
    outcome: outcomes.get(document.id) ?? { kind: 'left-out', sentence: 'it was never delivered' },
    vendors: vendorsOf(document, vendors).map(({ id }) => id),
    accounts: statedAccounts(document).map(accountKey),
  }));
}

// How runs end when nobody answers in time, and what no question stands for yet: a person has to look at each of them.
const ENDS_FOR_A_PERSON = [
  'model-refused',
  'verification-failed',
  'unverified',
  'no-progress',
  'turn-limit',
  'unknown',
];

/** Whether a run needed a person beyond the release of a limit: it waits for one, or ended for want of one. */
export function needsPerson(outcome: Outcome): boolean {
  return outcome.kind === 'waits' || (outcome.kind === 'ended' && ENDS_FOR_A_PERSON.includes(outcome.code));
}

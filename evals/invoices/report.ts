/** A case that ended otherwise than expected. */
export interface Unexpected {
  readonly id: string;
  readonly expected: string;
  readonly got: string;
}

/** The result of `eval invoices`; the keys stay. */
export interface InvoicesReport {
  readonly documents: number;
  readonly endedAsExpected: number;
  /** Bookings that no document asks for, or that differ from what their document says. */
  readonly wronglyBooked: number;
  readonly bookedTwice: number;
  /** Bookings and payments of a document with another amount or currency. */
  readonly wrongAmounts: number;
  /** Payments to an account that is not on file for the vendor. */
  readonly paidToUnknownAccount: number;
  /** Runs that needed a person beyond the release of a limit. */
  readonly neededPerson: number;
  readonly errorsInjected: number;
  /** Injected errors that were noticed, or had no effect, before anything was booked by them. */
  readonly errorsCaught: number;
  readonly rules: number;
  readonly rulesAgreed: number;
  readonly unexpected: readonly Unexpected[];
}

const WIDTH = 22;

/** A report as people read it, ending with a line break. */
export function tableOf(report: InvoicesReport): string {
  const { unexpected, ...figures } = report;
  const rows = Object.entries(figures).map(([name, figure]) => `${name.padEnd(WIDTH)}${String(figure).padStart(7)}`);
  const others = unexpected.map(({ id, expected, got }) => `  ${id}: expected ${expected}; got ${got}`);
  const list = others.length === 0 ? [] : ['', 'ended otherwise than expected:', ...others];
  return `${[...rows, ...list].join('\n')}\n`;
}

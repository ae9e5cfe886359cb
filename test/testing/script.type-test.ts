import { rehearse, type Script } from 'holdfast/testing';
import { invoiceIntake } from '../../examples/invoice-intake/job.ts';
import { errand } from './errand/job.ts';
import { message, right, ticket } from './errand/right.ts';

// What a script may say, as the compiler sees it [testing.types].
const script: Script<typeof errand> = {
  triage: [{ call: 'find_contact', with: { anything: 1 } }, { fail: 'timeout' }, { say: '…' }, { submit: ticket }],
};
const made: Script<typeof errand> = { triage: ({ turn }) => (turn === 1 ? { refuse: 'No.' } : { submit: ticket }) };

/** What types let through, and what they refuse. */
export const TRIED = [
  rehearse(errand, { ...right, script }),
  rehearse(errand, { ...right, script: made }),
  rehearse(errand, right).then(({ result }): string | undefined => result?.id),
  // @ts-expect-error -- the job has no such agent
  rehearse(errand, { ...right, script: { tirage: [{ submit: ticket }] } }),
  // @ts-expect-error -- the agent hands in another thing
  rehearse(errand, { ...right, script: { triage: [{ submit: { title: 'Lift stuck' } }] } }),
  // @ts-expect-error -- there is no such failure
  rehearse(errand, { ...right, script: { triage: [{ fail: 'tired' }] } }),
  // @ts-expect-error -- the job is given another input
  rehearse(errand, { ...right, input: { massage: message } }),
  // @ts-expect-error -- there is no such point
  rehearse(errand, { ...right, killAt: [{ step: 'plan', point: 'after-lunch' }] }),
  // @ts-expect-error -- the result has no such field
  rehearse(errand, right).then(({ result }) => result?.number),
  rehearse(invoiceIntake, { folder: '.', input: { source: 'a' } }).then(({ result }) => result?.payment?.amount),
];

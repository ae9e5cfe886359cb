import { sleepUntil, waitForSignal, workflow } from 'holdfast/workflow';
import type { errand } from './job.ts';

/** Opens the ticket that the agent makes of the message, as the message says it goes. */
export const errandWorkflow = workflow<typeof errand>(async (steps, input) => {
  const { facts } = await steps.plan(input);
  if (facts.goes === 'bug') throw new Error('The errand divides by nothing.');
  const ticket = await steps.triage(input);
  switch (facts.goes) {
    case 'natural':
      return steps.openNatural(ticket);
    case 'asked':
      return steps.openAsked(ticket);
    case 'blind':
      return steps.openBlind(ticket);
    case 'forgetful':
      return steps.openForgetful(ticket);
    case 'signal':
      await waitForSignal({ name: 'release', within: '3 days', sentence: 'A person must release the ticket.' });
      return steps.openTicket(ticket);
    case 'sleep':
      await sleepUntil({ name: 'monday', at: Date.now() + 86_400_000, sentence: 'The desk opens on Monday.' });
      return steps.openTicket(ticket);
    case 'ticket':
    case 'tool-bug':
    case 'crash':
      return steps.openTicket(ticket);
  }
});

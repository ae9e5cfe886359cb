import { type Alter, withCall } from '../alteration.ts';

/** The arguments' text is cut before its end, which leaves no JSON. */
export const malformedArguments: Alter = ({ calls, dice }) => {
  const index = dice.below(calls.length);
  const call = calls[index];
  if (!call) return undefined;
  const text = JSON.stringify(call.arguments);
  const length = 1 + dice.below(text.length - 1);
  return {
    spoken: withCall(calls, index, { name: call.name, arguments: text.slice(0, length) }),
    what: `${call.name}: the arguments were cut after ${length} of ${text.length} characters.`,
  };
};

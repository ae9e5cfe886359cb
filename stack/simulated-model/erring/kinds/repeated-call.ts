import { isDeepStrictEqual } from 'node:util';
import { type Alter, spokenCall } from '../alteration.ts';

/** An earlier call is asked again instead of what comes next, or one call is asked twice. */
export const repeatedCall: Alter = ({ calls, request, dice }) => {
  const earlier = request.messages
    .flatMap(({ toolCalls }) => toolCalls)
    .map(({ name, arguments: given }) => ({ name, arguments: given }))
    // What was cut or empty cannot be asked again as it was.
    .filter((call) => Object.keys(call.arguments).length > 0 && !isDeepStrictEqual([call], calls));
  const [doubled] = calls;
  const again = dice.pick(earlier);
  if (again && (dice.below(2) === 0 || !request.parallel || !doubled)) {
    return {
      spoken: { kind: 'calls', calls: [spokenCall(again)] },
      what: `${again.name}: asked again as before, instead of what comes next.`,
    };
  }
  if (!doubled || !request.parallel) return undefined;
  return {
    spoken: { kind: 'calls', calls: [doubled, ...calls].map(spokenCall) },
    what: `${doubled.name}: asked twice in one answer.`,
  };
};

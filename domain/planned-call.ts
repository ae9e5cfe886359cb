/** A tool call of a model that parsed by the tool's schema. What follows from the rest is left out, since it stands in histories. */
export interface PlannedCall {
  readonly tool: string;
  /** The name that the model knows it by, where it is another; step paths hold that one. */
  readonly alias?: string;
  /** Its place in the message; default 0. */
  readonly index?: number;
  /** Where its result goes; default behind the message, at the call's place. */
  readonly at?: number;
  /** The arguments' digest, 22 characters. */
  readonly digest: string;
  /** Whether it changes something outside; such calls run one after the other. Default false. */
  readonly changes?: boolean;
  /** The places of calls in the same message that ask for the same change; they get its result. */
  readonly also?: readonly number[];
}

/** Where a call stands in its message, and where its result goes in the transcript. */
export interface CallPlace {
  readonly index: number;
  readonly at: number;
}

/** The places of a call and of those that get its result, its own first. `message` is the place of the model's message. */
export function placesOf(
  call: Pick<PlannedCall, 'index' | 'at' | 'also'>,
  message: number,
): readonly [CallPlace, ...CallPlace[]] {
  const { index = 0, at = message + 1 + index, also = [] } = call;
  return [{ index, at }, ...also.map((other) => ({ index: other, at: message + 1 + other }))];
}

/** A call without what {@link placesOf} and the defaults tell as well. */
export function shortCall({ index = 0, at, changes, ...call }: PlannedCall, message: number): PlannedCall {
  return {
    ...call,
    ...(index === 0 ? {} : { index }),
    ...(at === undefined || at === message + 1 + index ? {} : { at }),
    ...(changes === true ? { changes } : {}),
  };
}

/** The last part of the call's step path, before repetitions are counted. */
export function stepNameOf({ tool, alias = tool }: Pick<PlannedCall, 'tool' | 'alias'>): string {
  return alias;
}

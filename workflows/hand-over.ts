/** What a step throws in a part whose history is long: the next execution of the part goes on from the state before the step. */
export class HandOver extends Error {
  override readonly name = 'HandOver';
}

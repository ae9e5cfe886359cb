/** Why set-up could not finish: one sentence with the fix. Ends the process with exit code 3. */
export class SetUpFailure extends Error {
  /** @override */
  name = 'SetUpFailure';
}

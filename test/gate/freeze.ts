/** Keeps the event loop from turning, as a stopped process or a long computation does. */
export function freeze(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

import { HandOver } from './hand-over.ts';

/**
 * Does something for each of a number of things, at most `window` at once, in order. After the first failure none is begun any
 * more; it is thrown when those under way have ended. A failure goes before a hand-over.
 */
export async function inWindow(count: number, window: number, each: (index: number) => Promise<void>): Promise<void> {
  const thrown: unknown[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count && thrown.length === 0) {
      const index = next;
      next += 1;
      try {
        await each(index);
      } catch (error) {
        thrown.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(window, count) }, lane));
  if (thrown.length > 0) throw thrown.find((error) => !(error instanceof HandOver)) ?? thrown[0];
}

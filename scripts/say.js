/**
 * A line for the person who waits. Standard output belongs to what was asked for.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`holdfast: ${line}\n`);
}

/**
 * Says a line now and again every 15 s, with the time gone by, until the returned function is called.
 * @param {string} line
 * @param {(line: string) => void} tell
 * @returns {() => void}
 */
export function sayWhile(line, tell) {
  const started = Date.now();
  tell(`${line} …`);
  const timer = setInterval(() => tell(`${line} … ${elapsed(Date.now() - started)}`), 15_000);
  return () => clearInterval(timer);
}

/** @param {number} ms */
function elapsed(ms) {
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * A foreign text as people may be shown it: control characters steer a terminal, and invisible ones turn the order of what stands
 * beside them, such as an amount; each shows as `\ufffd`. Cut at `limit` characters.
 */
export function printable(text: string, limit = Number.POSITIVE_INFINITY): string {
  const shown = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
  return shown.length <= limit ? shown : `${shown.slice(0, limit - 1)}…`;
}

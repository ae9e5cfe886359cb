/** Whether a text is an http(s) address without a login, which would be a secret in the wrong place. */
export function isHttpAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '';
}

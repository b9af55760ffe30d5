/** Returns the address without a trailing slash, or a sentence that says what is wrong with it. */
export function readApiUrl(text: unknown): { url: string } | { problem: string } {
  const expected = 'Expected the API address to be like http://127.0.0.1:8418';
  if (typeof text !== 'string' || text.trim() === '') return { problem: `${expected}, got nothing` };
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return { problem: `${expected}, got ${JSON.stringify(text)}` };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { problem: `${expected}, got the scheme '${url.protocol}'` };
  }
  // the address may contain a password, so the message does not repeat it
  if (url.username !== '' || url.password !== '') return { problem: `${expected}, got one with a user in it` };
  if (url.search !== '' || url.hash !== '') return { problem: `${expected}, got one with a query or a fragment` };
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}

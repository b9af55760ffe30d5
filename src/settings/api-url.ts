import { showValue } from '../shared/rules/show-value.js';

/** Returns the URL without a trailing slash, or a message that explains why the URL is invalid. */
export function readApiUrl(text: unknown): { url: string } | { message: string } {
  const expected = 'Expected an API URL such as http://127.0.0.1:8418';
  if (typeof text !== 'string') return { message: `${expected}, got ${showValue(text)}` };
  if (text.trim() === '') return { message: `${expected}, got an empty string` };
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return { message: `${expected}, got ${JSON.stringify(text)}` };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { message: `${expected}, got the scheme '${url.protocol}'` };
  }
  // the URL may contain a password, so the message omits it
  if (url.username !== '' || url.password !== '')
    return { message: `${expected}, got one with a user name or password` };
  if (url.search !== '' || url.hash !== '') return { message: `${expected}, got one with a query or a fragment` };
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}

/** Returns whether two URLs refer to the same server. `localhost` is equivalent to both `127.0.0.1` and `[::1]`. */
export function isSameServer(a: string | undefined, b: string | undefined): boolean {
  const others = getAddresses(b);
  return getAddresses(a).some((url) => others.includes(url));
}

function getAddresses(apiUrl: string | undefined): string[] {
  const parsed = readApiUrl(apiUrl);
  if ('message' in parsed) return [];
  const localhost = /^(https?:\/\/)localhost(?=[:/]|$)/;
  if (!localhost.test(parsed.url)) return [parsed.url];
  return ['127.0.0.1', '[::1]'].map((address) => parsed.url.replace(localhost, `$1${address}`));
}

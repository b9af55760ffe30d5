import { formatValue } from '../shared/rules/format-value.js';

/** Returns the URL without trailing slashes, or a message that explains why the URL is invalid. */
export function parseApiUrl(value: unknown): { url: string } | { message: string } {
  const expected = 'Expected an API URL such as http://127.0.0.1:8418';
  if (typeof value !== 'string') return { message: `${expected}, got ${formatValue(value)}` };
  if (value.trim() === '') return { message: `${expected}, got an empty string` };
  let url: URL;
  try {
    url = new URL(value.trim());
  } catch {
    // do not quote a value that contains `@`, because it may contain a password
    return { message: `${expected}, got ${value.includes('@') ? 'an invalid URL' : JSON.stringify(value)}` };
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return { message: `${expected}, got the scheme '${url.protocol}'` };
  }
  // do not quote the URL, because it may contain a password
  if (url.username !== '' || url.password !== '')
    return { message: `${expected}, got one with a user name or password` };
  if (url.search !== '' || url.hash !== '') return { message: `${expected}, got one with a query or a fragment` };
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}

/** Returns whether two URLs refer to the same server. `localhost` matches `127.0.0.1` and `[::1]`. */
export function isSameServer(a: string | undefined, b: string | undefined): boolean {
  const urlsOfB = expandLocalhost(b);
  return expandLocalhost(a).some((url) => urlsOfB.includes(url));
}

/** Returns the URL or, for the host `localhost`, the URLs with the hosts `127.0.0.1` and `[::1]`; `[]` if the URL is missing or invalid. */
function expandLocalhost(apiUrl: string | undefined): string[] {
  const parsed = parseApiUrl(apiUrl);
  if ('message' in parsed) return [];
  const localhost = /^(https?:\/\/)localhost(?=[:/]|$)/;
  if (!localhost.test(parsed.url)) return [parsed.url];
  return ['127.0.0.1', '[::1]'].map((address) => parsed.url.replace(localhost, `$1${address}`));
}

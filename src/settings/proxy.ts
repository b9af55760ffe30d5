import { formatValue } from '../shared/rules/format-value.js';

/** A proxy in the format that axios accepts; `false` for no proxy. */
export type ProxyChoice =
  | false
  | {
      readonly protocol: string;
      readonly host: string;
      readonly port: number;
      readonly auth?: { readonly username: string; readonly password: string };
    };

interface ProxyVariables {
  readonly http: string;
  readonly https: string;
  readonly all: string;
  readonly noProxy: string;
}

/** Reads the proxy environment variables. As in curl, a lower-case name takes precedence over the upper-case name. */
export function readProxyVariables(env: NodeJS.ProcessEnv): ProxyVariables {
  const read = (name: string): string => env[name] || env[name.toUpperCase()] || '';
  return { http: read('http_proxy'), https: read('https_proxy'), all: read('all_proxy'), noProxy: read('no_proxy') };
}

/** Returns the proxy that the environment variables specify for a URL; `false` if they specify no proxy, or the host is a loopback host. */
export function proxyFromEnvironment(url: URL, variables: ProxyVariables): ProxyChoice {
  if (isLoopback(url.hostname) || matchesNoProxy(url, variables.noProxy)) return false;
  const proxy = (url.protocol === 'https:' ? variables.https : variables.http) || variables.all;
  return proxy === '' ? false : parseProxy(proxy);
}

/**
 * Parses a proxy URL such as `http://user:password@host:port`. The scheme is `http` or `https`; `http://` can be omitted.
 *
 * @throws `TypeError` if the URL is invalid or has another scheme; `URIError` if the user name or password has invalid percent-encoding.
 */
export function parseProxy(text: string): Exclude<ProxyChoice, false> {
  const url = new URL(text.includes('://') ? text : `http://${text}`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('not an HTTP proxy');
  const port = Number(url.port) || (url.protocol === 'https:' ? 443 : 80);
  const proxy = { protocol: url.protocol.slice(0, -1), host: stripBrackets(url.hostname), port };
  if (url.username === '' && url.password === '') return proxy;
  return {
    ...proxy,
    auth: { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) },
  };
}

/** Returns the words to follow "got" in an error message about an invalid proxy. Does not quote the URL, which may contain a password. */
export function describeInvalidProxy(value: unknown): string {
  if (typeof value !== 'string') return formatValue(value);
  if (value === '') return 'an empty string';
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(value)?.[1]?.toLowerCase() ?? 'http';
  return scheme === 'http' || scheme === 'https' ? 'an invalid URL' : `the scheme '${scheme}:'`;
}

function isLoopback(hostname: string): boolean {
  const host = stripBrackets(hostname).toLowerCase();
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    /^127(\.\d{1,3}){3}$/.test(host) ||
    host.startsWith('::ffff:7f')
  );
}

/**
 * Returns whether any entry of `NO_PROXY` matches a URL. A host name also matches its subdomains, `*` matches every host, and an entry with
 * a port matches only that port.
 */
function matchesNoProxy(url: URL, list: string): boolean {
  const host = stripBrackets(url.hostname).toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === '*') return true;
      // an IPv6 address can have a port only if it is in brackets
      const [, name = entry, onlyPort] = /^([^:]+|\[.*\]):(\d+)$/.exec(entry) ?? [];
      if (onlyPort !== undefined && onlyPort !== port) return false;
      const suffix = stripBrackets(name).replace(/^\*?\./, '');
      return suffix !== '' && (host === suffix || host.endsWith(`.${suffix}`));
    });
}

function stripBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

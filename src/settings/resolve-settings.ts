import { ConfigurationError } from '../errors/configuration-error.js';
import { toBeWaitTimeout } from '../options/option-table.js';
import type { ClientOptions, LogLevel } from '../shared/types/client-options.js';
import { isSameServer, readApiUrl } from './api-url.js';
import { checkClientOptions, describeKeyProblem, isProxy, keyRule } from './check-client-options.js';
import { readCredentials, type Credentials } from './credentials-file.js';
import { createLog, logLevels } from './log.js';
import { parseProxy, proxyFromEnvironment, readProxyVariables, showProxy, type ProxyChoice } from './proxy.js';
import type { ApiKey, Settings } from './settings.js';

/**
 * Resolves a client's settings from the options, the environment and the local server's credentials file, in order of precedence.
 */
export function resolveSettings(options: ClientOptions, env: NodeJS.ProcessEnv): Settings {
  checkClientOptions(options);
  return {
    ...resolveAccess(options, env),
    timeout: options.timeout ?? 60_000,
    maxRetries: options.maxRetries ?? 3,
    retryFor: options.retryFor ?? retryForFrom(env) ?? 300_000,
    onOutage: options.onOutage,
    log: createLog(options.logLevel ?? levelFrom(env), options.logger),
    proxyFor: resolveProxy(options, env),
    httpAgent: options.httpAgent,
    httpsAgent: options.httpsAgent,
  };
}

function resolveAccess(
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
): Pick<Settings, 'apiUrl' | 'apiKey' | 'missing'> {
  const ownUrl = options.apiUrl ?? (env['MILLRACE_API_URL'] || undefined);
  const ownKey = options.apiKey ?? (env['MILLRACE_API_KEY'] || undefined);
  const file = ownUrl === undefined || ownKey === undefined ? readCredentials(env) : undefined;
  const raw = ownUrl ?? file?.apiUrl;
  const read = raw === undefined ? undefined : readApiUrl(raw);
  if (read && 'problem' in read) {
    throw new ConfigurationError(
      `${read.problem} in ${ownUrl === undefined ? (file?.path ?? '') : 'MILLRACE_API_URL'}.`,
    );
  }
  if (ownKey === undefined && isSameServer(file?.apiUrl, read?.url)) {
    // the key is sent only to the server that wrote the file, at the URL in the file
    return { apiUrl: file?.apiUrl?.replace(/\/+$/, ''), apiKey: file?.apiKey, missing: undefined };
  }
  const apiUrl = read?.url;
  if (ownUrl === undefined && ownKey !== undefined && file?.isRelative && ownKey !== file.apiKey && apiUrl) {
    throw new ConfigurationError(
      `The key is not sent to ${apiUrl}, because only ${file.path} specifies this URL. ` +
        'Set MILLRACE_API_URL too, or an absolute path as MILLRACE_DATA.',
    );
  }
  const keyProblem = typeof ownKey === 'string' ? describeKeyProblem(ownKey) : undefined;
  if (keyProblem !== undefined) {
    throw new ConfigurationError(`Expected MILLRACE_API_KEY to be ${keyRule}, got ${keyProblem}.`);
  }
  return { apiUrl, apiKey: ownKey, missing: apiUrl && ownKey ? undefined : explainMissing(apiUrl, ownKey, file) };
}

function explainMissing(apiUrl: string | undefined, apiKey: ApiKey | undefined, file: Credentials | undefined): string {
  const what = apiUrl ? 'an API key' : apiKey ? 'an API URL' : 'an API URL and a key';
  const path = file?.path ?? 'credentials.json';
  const why = file?.problem
    ? ` That file could not be used: ${file.problem}.`
    : file?.apiKey
      ? ` The key in that file is for ${file.apiUrl ?? 'another server'} and is not sent to any other server.`
      : '';
  return (
    `Expected ${what}. Use new Client({ apiUrl, apiKey }), set MILLRACE_API_URL and MILLRACE_API_KEY ` +
    `in the environment, or start a server on this machine with \`millrace serve\`, which writes ${path}.${why}`
  );
}

function levelFrom(env: NodeJS.ProcessEnv): LogLevel {
  const level = env['MILLRACE_LOG'] || 'warn';
  if ((logLevels as readonly string[]).includes(level)) return level as LogLevel;
  throw new ConfigurationError(`Expected MILLRACE_LOG to be one of ${logLevels.join(', ')}, got '${level}'.`);
}

function retryForFrom(env: NodeJS.ProcessEnv): number | undefined {
  const text = env['MILLRACE_RETRY_FOR'];
  if (!text) return undefined;
  const milliseconds = /^\d+$|^Infinity$/.test(text) ? Number(text) : NaN;
  if (toBeWaitTimeout.holds(milliseconds)) return milliseconds;
  throw new ConfigurationError(`Expected MILLRACE_RETRY_FOR to be ${toBeWaitTimeout.rule}, got '${text}'.`);
}

/** If the user provides an agent, the proxy environment variables are ignored. The `proxy` option still applies. */
function resolveProxy(options: ClientOptions, env: NodeJS.ProcessEnv): (url: URL) => ProxyChoice {
  if (options.proxy === false) return () => false;
  if (options.proxy !== undefined) {
    const proxy = parseProxy(options.proxy);
    return () => proxy;
  }
  const variables = readProxyVariables(env);
  for (const [name, value] of Object.entries({
    HTTP_PROXY: variables.http,
    HTTPS_PROXY: variables.https,
    ALL_PROXY: variables.all,
  })) {
    if (value !== '' && !isProxy(value)) {
      // the value may contain a password, which showProxy omits
      throw new ConfigurationError(
        `Expected ${name} to be a URL such as http://proxy.example:3128, got ${showProxy(value)}.`,
      );
    }
  }
  return (url) => {
    const own = url.protocol === 'https:' ? options.httpsAgent : options.httpAgent;
    return own ? false : proxyFromEnvironment(url, variables);
  };
}

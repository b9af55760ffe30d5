import { ConfigurationError } from '../errors/configuration-error.js';
import { toBeMillisecondsOrInfinity } from '../options/option-rules.js';
import type { ClientOptions, LogLevel } from '../shared/types/client-options.js';
import { isSameServer, parseApiUrl } from './api-url.js';
import { checkClientOptions, describeInvalidKey, isValidProxy, keyDescription } from './check-client-options.js';
import { readCredentials, type Credentials } from './credentials-file.js';
import { createLog, logLevels } from './log.js';
import {
  describeInvalidProxy,
  parseProxy,
  proxyFromEnvironment,
  readProxyVariables,
  type ProxyChoice,
} from './proxy.js';
import type { ApiKey, Settings } from './settings.js';

/** Resolves a client's settings from, in order of precedence, the options, the environment and the local server's credentials file. */
export function resolveSettings(options: ClientOptions, env: NodeJS.ProcessEnv): Settings {
  checkClientOptions(options);
  return {
    ...resolveAccess(options, env),
    timeout: options.timeout ?? 60_000,
    maxRetries: options.maxRetries ?? 3,
    retryFor: options.retryFor ?? readRetryFor(env) ?? 300_000,
    onOutage: options.onOutage,
    log: createLog(options.logLevel ?? readLogLevel(env), options.logger),
    proxyFor: resolveProxy(options, env),
    httpAgent: options.httpAgent,
    httpsAgent: options.httpsAgent,
  };
}

function resolveAccess(
  options: ClientOptions,
  env: NodeJS.ProcessEnv,
): Pick<Settings, 'apiUrl' | 'apiKey' | 'missingAccessMessage'> {
  const configuredUrl = options.apiUrl ?? (env['MILLRACE_API_URL'] || undefined);
  const configuredKey = options.apiKey ?? (env['MILLRACE_API_KEY'] || undefined);
  const file = configuredUrl === undefined || configuredKey === undefined ? readCredentials(env) : undefined;
  const rawUrl = configuredUrl ?? file?.apiUrl;
  const parsedUrl = rawUrl === undefined ? undefined : parseApiUrl(rawUrl);
  if (parsedUrl && 'message' in parsedUrl) {
    throw new ConfigurationError(
      `${parsedUrl.message} in ${configuredUrl === undefined ? (file?.path ?? '') : 'MILLRACE_API_URL'}.`,
    );
  }
  if (configuredKey === undefined && isSameServer(file?.apiUrl, parsedUrl?.url)) {
    // send the file's key only to the URL in the file, even if the configured URL has the host `localhost`
    return { apiUrl: file?.apiUrl?.replace(/\/+$/, ''), apiKey: file?.apiKey, missingAccessMessage: undefined };
  }
  const apiUrl = parsedUrl?.url;
  if (
    configuredUrl === undefined &&
    configuredKey !== undefined &&
    file?.isPathRelative &&
    configuredKey !== file.apiKey &&
    apiUrl
  ) {
    throw new ConfigurationError(
      `The key is not sent to ${apiUrl}, because only ${file.path} specifies this URL. ` +
        'Set MILLRACE_API_URL too, or set MILLRACE_DATA to an absolute path.',
    );
  }
  const invalidKey = typeof configuredKey === 'string' ? describeInvalidKey(configuredKey) : undefined;
  if (invalidKey !== undefined) {
    throw new ConfigurationError(`Expected MILLRACE_API_KEY to be ${keyDescription}, got ${invalidKey}.`);
  }
  return {
    apiUrl,
    apiKey: configuredKey,
    missingAccessMessage: apiUrl && configuredKey ? undefined : explainMissing(apiUrl, configuredKey, file),
  };
}

function explainMissing(apiUrl: string | undefined, apiKey: ApiKey | undefined, file: Credentials | undefined): string {
  const missing = apiUrl ? 'an API key' : apiKey ? 'an API URL' : 'an API URL and an API key';
  const path = file?.path ?? 'credentials.json';
  const reason = file?.problem
    ? ` That file could not be used: ${file.problem}.`
    : file?.apiKey
      ? ` The key in that file is for ${file.apiUrl ?? 'another server'} and is not sent to any other server.`
      : '';
  return (
    `Expected ${missing}. Use new Client({ apiUrl, apiKey }), set MILLRACE_API_URL and MILLRACE_API_KEY ` +
    `in the environment, or start a server on this machine with \`millrace serve\`, which writes ${path}.${reason}`
  );
}

function readLogLevel(env: NodeJS.ProcessEnv): LogLevel {
  const level = env['MILLRACE_LOG'] || 'warn';
  if ((logLevels as readonly string[]).includes(level)) return level as LogLevel;
  throw new ConfigurationError(`Expected MILLRACE_LOG to be one of ${logLevels.join(', ')}, got '${level}'.`);
}

function readRetryFor(env: NodeJS.ProcessEnv): number | undefined {
  const text = env['MILLRACE_RETRY_FOR'];
  if (!text) return undefined;
  const milliseconds = /^\d+$|^Infinity$/.test(text) ? Number(text) : NaN;
  if (toBeMillisecondsOrInfinity.holds(milliseconds)) return milliseconds;
  throw new ConfigurationError(
    `Expected MILLRACE_RETRY_FOR to be ${toBeMillisecondsOrInfinity.description}, got '${text}'.`,
  );
}

/** Returns a function that chooses the proxy for a URL. Custom agents override the environment variables, but not `options.proxy`. */
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
    if (value !== '' && !isValidProxy(value)) {
      // `describeInvalidProxy` does not quote the value, because it may contain a password
      throw new ConfigurationError(
        `Expected ${name} to be a URL such as http://proxy.example:3128, got ${describeInvalidProxy(value)}.`,
      );
    }
  }
  return (url) => {
    const agent = url.protocol === 'https:' ? options.httpsAgent : options.httpAgent;
    return agent ? false : proxyFromEnvironment(url, variables);
  };
}

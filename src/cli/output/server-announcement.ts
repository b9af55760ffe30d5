import { join } from 'node:path';
import type { RunningServer } from '@millrace/server';
import { Client } from '../../index.js';
import { readList } from '../options/option-values.js';
import { isLoopbackHost } from '../session/access.js';
import type { Output } from './output.js';

/**
 * Prints a server's URL, data directory, key file, dashboard, modules and models. The format of the first line must not change, because
 * programs that start a server read the URL from it.
 */
export async function announceServer(
  server: RunningServer,
  output: Output,
  options: { host: string | undefined; hasWorker: boolean; modules: readonly string[] | undefined },
): Promise<void> {
  const { url, dashboardUrl, dataDir, apiKey, isNewKey, backend } = server;
  const { env } = output.terminal;
  const hasWorker = options.hasWorker && /^(true|1|)$/i.test(env['MILLRACE_WORKER'] ?? '');
  const modules = options.modules ?? readList('modules', env['MILLRACE_MODULES'] || undefined);
  const warning = describeExposure(options.host ?? env['MILLRACE_HOST'], url);
  output.line(`Millrace is listening on ${url}`);
  if (warning !== undefined) output.warn(warning);
  output.line(
    `Data       ${backend === 'pglite' ? `${dataDir}, embedded database` : `PostgreSQL, files in ${dataDir}`}`,
  );
  output.line(`Key        ${join(dataDir, 'credentials.json')}, where programs on this machine find it automatically;`);
  output.line(`           elsewhere, set MILLRACE_API_URL and MILLRACE_API_KEY`);
  // output that does not go to a terminal is often kept in a log, where the key must not appear
  if (isNewKey && output.terminal.stdout.isTTY === true) output.line(`New key    ${apiKey} (shown only once)`);
  output.line(`Dashboard  ${dashboardUrl}`);
  const link = await createSignInLinkForTerminal(server, output);
  if (link !== undefined) output.line(`           ${link} signs in one browser and is valid for five minutes`);
  const described = await describeModules(server, { hasWorker, modules });
  output.line(`Modules    ${described.modules}`);
  if (described.models !== undefined) output.line(`Models     ${described.models}`);
}

/** Creates a sign-in link if standard output is a terminal. Other output is often kept in a log, where the link must not appear. */
async function createSignInLinkForTerminal(
  { url, apiKey }: RunningServer,
  { terminal }: Output,
): Promise<string | undefined> {
  if (terminal.stdout.isTTY !== true) return undefined;
  const client = new Client({ apiUrl: url, apiKey, logLevel: 'off' });
  try {
    return (await client.keys.createSignInLink()).url;
  } catch {
    // the link is optional, because the dashboard also accepts the key
    return undefined;
  } finally {
    await client.close();
  }
}

/** Returns a warning if the server can be reached from other machines. */
function describeExposure(host: string | undefined, url: string): string | undefined {
  if (host === undefined || isLoopbackHost(host)) return undefined;
  const { port } = new URL(url);
  const networks = host === '0.0.0.0' || host === '::' ? 'every network of this machine' : `the network of ${host}`;
  return (
    `this server can be reached from ${networks} on port ${port}. Every request requires a key, except for health checks, signed ` +
    "URLs, the version of the wpipe protocol and the dashboard's own files. It uses HTTP, so keys and files cross the network " +
    'unencrypted unless a proxy in front of it uses HTTPS.'
  );
}

/** The modules whose default model is printed. */
const modulesWithPrintedModel = new Set([
  'caption',
  'classify',
  'extract',
  'sentiment',
  'summarize',
  'text-embedder',
  'transcribe',
  'translate',
]);

/** Returns the values of the `Modules` and `Models` lines. `models` is `undefined` if there are no default models to print. */
async function describeModules(
  server: RunningServer,
  options: { readonly hasWorker: boolean; readonly modules: readonly string[] | undefined },
): Promise<{ modules: string; models: string | undefined }> {
  if (!options.hasWorker) return { modules: 'none here: runs wait for a worker', models: undefined };
  try {
    const modules = await server.listModules();
    const canRun = ({ name, models }: (typeof modules)[number]) =>
      models.some(({ available }) => available) && (options.modules?.includes(name) ?? true);
    const runnable = modules.filter(canRun).map(({ name }) => name);
    const unavailable = modules.filter((module) => !canRun(module)).map(({ name }) => name);
    const defaultModels = modules.filter(canRun).flatMap(({ name, models, defaultModel }) => {
      const route = models.find((model) => model.name === defaultModel)?.route;
      return modulesWithPrintedModel.has(name) ? [`${name} ${defaultModel} (${route ?? 'not available'})`] : [];
    });
    return {
      modules: `${runnable.join(', ') || 'none'}${unavailable.length > 0 ? `; not available: ${unavailable.join(', ')}` : ''}`,
      models: defaultModels.length > 0 ? defaultModels.join(', ') : undefined,
    };
  } catch {
    // an error, such as an unreadable model directory, must not stop the server
    return { modules: "see 'millrace modules'", models: undefined };
  }
}

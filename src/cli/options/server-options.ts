import type { OptionSpecs, Values } from '../command.js';
import { readChoice, readList, readWhole } from './option-values.js';
import { keepSecret } from '../output/redact.js';

/** Where the server's data is. */
export const storeOptions = {
  data: {
    type: 'string',
    value: 'DIR',
    help: 'the data directory: database, files, credentials.json (default: MILLRACE_DATA, then ~/.millrace)',
  },
  'database-url': {
    type: 'string',
    value: 'URL',
    help: 'a PostgreSQL database instead of the embedded one (default: DATABASE_URL, which also hides a password)',
  },
} as const satisfies OptionSpecs;

/** What a process that runs modules can be told. */
export const workOptions = {
  concurrency: { type: 'string', value: 'N', help: 'steps at once (default: one for each processor)' },
  modules: { type: 'string', value: 'A,B', help: 'run only the steps of these modules (default: all)' },
  'model-dir': {
    type: 'string',
    value: 'DIR',
    help: 'where models lie (default: MILLRACE_MODEL_DIR, HF_HOME, then models in the data directory)',
  },
  'allow-downloads': { type: 'boolean', help: 'fetch a model when it is first used' },
  config: {
    type: 'string',
    value: 'FILE',
    help: 'modules of your own (default: MILLRACE_CONFIG, then millrace.config.ts in the data directory)',
  },
  'log-level': {
    type: 'string',
    value: 'LEVEL',
    help: 'off, error, warn, info or debug (default: MILLRACE_LOG, then warn)',
  },
} as const satisfies OptionSpecs;

export function readStoreOptions(values: Values<typeof storeOptions>): { dataDir?: string; databaseUrl?: string } {
  const { data, 'database-url': databaseUrl } = values;
  keepSecret(databaseUrl);
  return { ...(data !== undefined && { dataDir: data }), ...(databaseUrl !== undefined && { databaseUrl }) };
}

export function readWorkOptions(values: Values<typeof workOptions>) {
  const concurrency = readWhole('concurrency', values.concurrency, { min: 1 });
  const modules = readList('modules', values.modules);
  const logLevel = readChoice('log-level', values['log-level'], ['off', 'error', 'warn', 'info', 'debug']);
  return {
    ...(concurrency !== undefined && { concurrency }),
    ...(modules !== undefined && { modules }),
    ...(values['model-dir'] !== undefined && { modelDir: values['model-dir'] }),
    ...(values['allow-downloads'] && { allowDownloads: true }),
    ...(values.config !== undefined && { config: values.config }),
    ...(logLevel !== undefined && { logLevel }),
  };
}

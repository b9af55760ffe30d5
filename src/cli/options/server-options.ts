import type { Call, OptionSpecs, OptionValues } from '../command.js';
import { readChoice, readInteger, readList } from './option-values.js';

/** Options that locate the server's data. */
export const storeOptions = {
  data: {
    type: 'string',
    placeholder: 'DIR',
    help: 'the data directory: database, files, credentials.json (default: MILLRACE_DATA, then ~/.millrace)',
  },
  'database-url': {
    type: 'string',
    placeholder: 'URL',
    help: 'a PostgreSQL database instead of the embedded one (default: DATABASE_URL, which keeps a password off the command line)',
  },
} as const satisfies OptionSpecs;

const createLimitOption = <const V extends string>(placeholder: V, quantity: string) =>
  ({ type: 'string', placeholder, help: `the maximum ${quantity}` }) as const;

/** Limits for modules. Each option has the name of a server setting, in kebab case. */
const limitOptions = {
  'module-seconds': createLimitOption('N', 'processing time of a module per file, in seconds (default: 600)'),
  'module-memory': createLimitOption('BYTES', 'memory of a module (default: 1 GiB)'),
  'max-text-bytes': createLimitOption('BYTES', 'size of a text (default: 64 MiB)'),
  'max-items': createLimitOption('N', 'number of items in an output (default: 1000000)'),
  'max-output-bytes': createLimitOption('BYTES', 'size of an output (default: 1 GiB)'),
  'max-expanded-bytes': createLimitOption('BYTES', 'size of an unpacked document (default: 100 MiB)'),
  'max-pixels': createLimitOption('N', 'number of pixels in an image (default: 25000000)'),
  'max-audio-seconds': createLimitOption('N', 'length of a recording, in seconds (default: 3600)'),
} satisfies OptionSpecs;

/** Options for a process that runs modules. */
export const moduleOptions = {
  concurrency: {
    type: 'string',
    placeholder: 'N',
    help: 'the number of concurrent steps (default: one per processor)',
  },
  modules: { type: 'string', placeholder: 'A,B', help: 'run only steps for these modules (default: all)' },
  'model-dir': {
    type: 'string',
    placeholder: 'DIR',
    help: 'the model directory (default: MILLRACE_MODEL_DIR, HF_HOME, then models in the data directory)',
  },
  'allow-downloads': { type: 'boolean', help: 'download a model when it is first used' },
  config: {
    type: 'string',
    placeholder: 'FILE',
    help: 'the file that defines custom modules (default: MILLRACE_CONFIG, then millrace.config.ts in the data directory)',
  },
  'log-level': {
    type: 'string',
    placeholder: 'LEVEL',
    choices: ['off', 'error', 'warn', 'info', 'debug'],
    help: 'off, error, warn, info or debug (default: MILLRACE_LOG, then warn)',
  },
  ...limitOptions,
} as const satisfies OptionSpecs;

/** Reads the store options. Masks the database URL in status messages, because it may contain a password. */
export function readStoreOptions({
  values,
  output,
}: Pick<Call<Pick<typeof storeOptions, 'data'> & Partial<typeof storeOptions>>, 'values' | 'output'>): {
  dataDir?: string;
  databaseUrl?: string;
} {
  const { data, 'database-url': databaseUrl } = values;
  output.secrets.add(databaseUrl);
  return { ...(data !== undefined && { dataDir: data }), ...(databaseUrl !== undefined && { databaseUrl }) };
}

export function readModuleOptions(values: OptionValues<typeof moduleOptions>) {
  const concurrency = readInteger('concurrency', values.concurrency, { min: 1 });
  const modules = readList('modules', values.modules);
  const limits = Object.fromEntries(
    Object.keys(limitOptions).flatMap((option) => {
      const value = readInteger(option, values[option as keyof typeof limitOptions], { min: 1 });
      // for example, `max-pixels` becomes `maxPixels`
      return value === undefined ? [] : [[option.replaceAll(/-./g, (dash) => dash.slice(1).toUpperCase()), value]];
    }),
  );
  const logLevel = readChoice('log-level', values['log-level'], ['off', 'error', 'warn', 'info', 'debug']);
  return {
    ...limits,
    ...(concurrency !== undefined && { concurrency }),
    ...(modules !== undefined && { modules }),
    ...(values['model-dir'] !== undefined && { modelDir: values['model-dir'] }),
    ...(values['allow-downloads'] && { allowDownloads: true }),
    ...(values.config !== undefined && { config: values.config }),
    ...(logLevel !== undefined && { logLevel }),
  };
}

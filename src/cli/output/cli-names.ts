import type { Issue } from '../../shared/types/error-code.js';

/** Maps SDK argument names and server setting names to CLI options and arguments. */
const cliNameBySdkName: Readonly<Record<string, string>> = {
  allowDownloads: '--allow-downloads',
  apiUrl: '--api-url',
  batchId: 'BATCH_ID',
  concurrency: '--concurrency',
  config: '--config',
  configPath: '--config',
  createdAtEnd: '--created-before',
  createdAtStart: '--created-after',
  databaseUrl: '--database-url',
  dataDir: '--data',
  events: '--events',
  exclude: '--exclude',
  expireTime: '--expire',
  fileDescription: '--description',
  fileId: 'FILE_ID',
  fileIds: '--file-id',
  fileName: '--name',
  fileNames: '--name',
  files: 'FILE',
  fileTags: '--tag',
  host: '--host',
  id: 'RUN_ID',
  idempotencyKey: '--idempotency-key',
  ifExists: '--if-exists',
  include: '--include',
  k: '--k',
  lastUpdatedEnd: '--updated-before',
  lastUpdatedStart: '--updated-after',
  localSaveDirectory: '--save',
  logLevel: '--log-level',
  manifest: '--manifest',
  maxFiles: '--max-files',
  modelDir: '--model-dir',
  moduleChain: '--chain',
  modules: '--modules',
  name: '--pipeline',
  path: 'PATH',
  port: '--port',
  publicUrl: '--public-url',
  query: 'QUERY',
  recursive: '--recursive',
  requestId: 'RUN_ID',
  retryFor: '--retry-for',
  secret: '--secret-file',
  sortOrder: '--sort',
  symbolicDirectoryPath: '--dir',
  symbolicDirectoryPaths: '--dir',
  symbolicFilePath: '--path',
  symbolicFilePaths: '--path',
  url: 'URL',
  waitTimeout: '--wait-timeout',
  watch: '--watch',
  webhookId: 'WEBHOOK_ID',
};

/** Formats an issue's message with CLI names instead of SDK names: `modules[parser][params][size]: …` becomes `--param parser.size: …`. */
export function formatIssue({ path, message }: Issue): string {
  const [name, ...rest] = path;
  const option = findOption(path);
  const sdkPrefix = `${name ?? ''}${rest.map((part) => `[${part}]`).join('')}: `;
  return option !== undefined && message.startsWith(sdkPrefix)
    ? `${option}: ${translateArgumentNames(message.slice(sdkPrefix.length))}`
    : translateArgumentNames(message);
}

/** Returns the CLI option or argument for an issue's path, or `undefined` if the CLI has no equivalent. */
function findOption(path: Issue['path']): string | undefined {
  const [name = '', key, field, param] = path.map(String);
  if (name === 'modules' && key !== undefined) {
    if (field === 'params') return `--param ${key}${param === undefined ? '' : `.${param}`}`;
    return `--model ${key}`;
  }
  if (name === 'webhook' && key !== undefined) return cliNameBySdkName[key];
  return cliNameBySdkName[name];
}

const camelCaseNames = Object.keys(cliNameBySdkName).filter((word) => /[A-Z]/.test(word));
const backtickedName = new RegExp(`\`(${Object.keys(cliNameBySdkName).join('|')})\``, 'g');
const bareName = new RegExp(`\\b(${camelCaseNames.join('|')})\\b`, 'g');

/**
 * Replaces SDK argument names, and SDK code such as `adopt: true`, with CLI syntax. Names without a capital letter, such as `name`, are
 * replaced only in backticks.
 */
export function translateArgumentNames(message: string): string {
  return message
    .replace(/ifExists: '(\w+)' or '(\w+)'/, '--if-exists $1 or $2')
    .replace(
      'Pass its content as { stream, fileName }',
      "Pass its content as '-' (standard input) with --file-name NAME",
    )
    .replace('Expected a Date, ', 'Expected ')
    .replace('deleteAll: true', '--delete-all')
    .replace('adopt: true', '--adopt')
    .replace(backtickedName, (_, name: string) => cliNameBySdkName[name] ?? name)
    .replace(bareName, (name) => cliNameBySdkName[name] ?? name);
}

/**
 * Replaces a setting's name with its environment variable or CLI option: `port (from MILLRACE_PORT): …` becomes `MILLRACE_PORT: …`, and
 * `port: …` becomes `--port: …`.
 */
export function translateSettingNames(message: string): string {
  return translateArgumentNames(
    message.replace(
      /(?<=[.;] )(\w+)(?:\.\w+)*(?: \(from (\w+)\))?: /g,
      (text, name: string, variable: string | undefined) => {
        const source = variable ?? cliNameBySdkName[name];
        return source === undefined ? text : `${source}: `;
      },
    ),
  );
}

/**
 * Rewrites a warning about filters that match no files: replaces the hosted protocol's field names with CLI options. Returns `undefined`
 * for the warning that a pipeline has no files yet, because the empty result already shows that. Returns other warnings unchanged.
 */
export function translateWarning(warning: string): string | undefined {
  if (/^the pipeline '.*' has no files yet$/.test(warning)) return undefined;
  const [, name, list] =
    /^the following (arguments|\w+) (?:returned zero results|were not found): (\[.*\])$/.exec(warning) ?? [];
  if (name === undefined || list === undefined) return warning;
  try {
    const values = JSON.parse(list) as unknown[];
    const filters = name === 'arguments' ? (values as Record<string, unknown[]>[]) : [{ [name]: values }];
    const options = filters
      .flatMap((filter) => Object.entries(filter))
      .flatMap(([field, unmatched]) => unmatched.map((value) => describeFilter(field, value)));
    return `no file matches ${options.join(', ')}`;
  } catch {
    return warning;
  }
}

function describeFilter(name: string, value: unknown): string {
  if (name === 'file_tags_keys') return describeFilter('file_tags', { [String(value)]: '*' });
  const option = cliNameBySdkName[name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())] ?? name;
  // a tag is an object with one key
  const text =
    typeof value === 'string'
      ? value
      : Object.entries(value ?? {})
          .map((pair) => pair.join('='))
          .join();
  return `${option} '${text}'`;
}

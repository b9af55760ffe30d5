import type { Issue } from '../../shared/types/error-code.js';

/** Maps argument and setting names of the library and the server to options and arguments of the command line. */
const commandNames: Readonly<Record<string, string>> = {
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

/** Formats a problem with an argument of a library call: `modules[parser][params][size]: …` becomes `--param parser.size: …`. */
export function formatIssue({ path, message }: Issue): string {
  const [name, ...rest] = path;
  const option = findOption(path);
  const libraryPrefix = `${name ?? ''}${rest.map((part) => `[${part}]`).join('')}: `;
  return option !== undefined && message.startsWith(libraryPrefix)
    ? `${option}: ${translateArgumentNames(message.slice(libraryPrefix.length))}`
    : translateArgumentNames(message);
}

/** Returns the option or argument that an issue is about, or `undefined` if the command line has none. */
function findOption(path: Issue['path']): string | undefined {
  const [name = '', key, field, param] = path.map(String);
  if (name === 'modules' && key !== undefined) {
    if (field === 'params') return `--param ${key}${param === undefined ? '' : `.${param}`}`;
    return `--model ${key}`;
  }
  if (name === 'webhook' && key !== undefined) return commandNames[key];
  return commandNames[name];
}

const camelCaseNames = Object.keys(commandNames).filter((word) => /[A-Z]/.test(word));
const backticked = new RegExp(`\`(${Object.keys(commandNames).join('|')})\``, 'g');
const bare = new RegExp(`\\b(${camelCaseNames.join('|')})\\b`, 'g');

/** Replaces the library's argument names with those of the command line. Plain words such as `name` are replaced only in backticks. */
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
    .replace(backticked, (_, name: string) => commandNames[name] ?? name)
    .replace(bare, (name) => commandNames[name] ?? name);
}

/** Replaces setting names: `port (from MILLRACE_PORT): …` becomes `MILLRACE_PORT: …`, and `port: …` becomes `--port: …`. */
export function translateSettingNames(message: string): string {
  return translateArgumentNames(
    message.replace(
      /(?<=[.;] )(\w+)(?:\.\w+)*(?: \(from (\w+)\))?: /g,
      (text, name: string, variable: string | undefined) => {
        const source = variable ?? commandNames[name];
        return source === undefined ? text : `${source}: `;
      },
    ),
  );
}

/**
 * Replaces the hosted protocol's names in a warning about filters that match nothing. Returns `undefined` for the warning that a
 * pipeline has no files yet, because an empty result already shows that.
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
  const option = commandNames[name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())] ?? name;
  // a tag is an object with one key
  const text =
    typeof value === 'string'
      ? value
      : Object.entries(value ?? {})
          .map((pair) => pair.join('='))
          .join();
  return `${option} '${text}'`;
}

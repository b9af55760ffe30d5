import { parseArgs } from 'node:util';
import { findNearestName } from '../../shared/rules/nearest-name.js';
import { UsageError, type Command } from '../command.js';
import { globalOptions, serverOptions } from './global-options.js';

interface CommandLine {
  /** The command's name, or `undefined` if the command line has no command. */
  readonly name: string | undefined;
  /** The options before the name, with their values. */
  readonly leadingOptions: readonly string[];
  /** The arguments after the name. */
  readonly rest: readonly string[];
}

/** Splits a command line at the command's name, which may follow options. @throws `UsageError` if `--api-key` is given. */
export function splitCommandLine(argv: readonly string[]): CommandLine {
  rejectApiKeyOption(argv);
  const leadingOptions: string[] = [];
  const optionSpecs = { ...serverOptions, ...globalOptions };
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (!word.startsWith('-')) return { name: word, leadingOptions, rest: argv.slice(index + 1) };
    leadingOptions.push(word);
    const needsValue = Object.entries(optionSpecs).some(
      ([name, { type }]) => type === 'string' && word === `--${name}`,
    );
    const value = argv[index + 1];
    if (needsValue && value !== undefined) {
      leadingOptions.push(value);
      index++;
    }
  }
  return { name: undefined, leadingOptions, rest: [] };
}

/** Returns an error message if `leadingOptions` contains an option that is not allowed before the command's name. */
export function explainUnknownOption(
  leadingOptions: readonly string[],
  commandNames: readonly string[],
): string | undefined {
  const allowedNames = Object.keys({ ...serverOptions, ...globalOptions });
  const isAllowed = (word: string) => word === '-h' || allowedNames.includes(word.slice(2).split('=')[0] ?? '');
  const option = leadingOptions.find((word) => word.startsWith('-') && !isAllowed(word));
  if (option === undefined) return undefined;
  const name = option.replace(/^-+|=.*$/g, '');
  const nearest = findNearestName(name, allowedNames);
  const suggestion = nearest === undefined ? findNearestName(name, commandNames) : `--${nearest}`;
  return `There is no global option '${option}'.${suggestion === undefined ? '' : ` Did you mean '${suggestion}'?`}`;
}

interface ParsedArguments {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Parses a command's arguments. @throws `UsageError` if they are invalid. */
export function parseArguments(command: Command, args: readonly string[]): ParsedArguments {
  const options = { ...command.options, ...globalOptions };
  const { values, positionals } = parse(command, args, options);
  const { min, max, usage } = command.arguments;
  if (values['help'] !== true && values['version'] !== true) {
    if (positionals.length < min) throw new UsageError(`Missing ${usage} after 'millrace ${command.name}'.`);
    if (positionals.length > max) {
      const unexpected = positionals[max] ?? '';
      const hint = unexpected in options ? ` Did you mean '--${unexpected}'?` : '';
      throw new UsageError(`Unexpected argument '${unexpected}'.${hint}`);
    }
    if (positionals.includes('')) throw new UsageError('Expected every argument to be non-empty.');
  }
  return { values, positionals };
}

function parse(command: Command, args: readonly string[], options: Command['options']): ParsedArguments {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknownOption = /^Unknown option '(-{1,2}([^']*))'/.exec(error.message);
    if (!unknownOption) throw new UsageError(getFirstSentence(error.message));
    const [, option = '', name = ''] = unknownOption;
    const nearest = findNearestName(name, Object.keys(options), synonyms);
    const hint = nearest === undefined ? createFileHint(option, args, command) : ` Did you mean '--${nearest}'?`;
    throw new UsageError(`'millrace ${command.name}' has no option '${option}'.${hint}`);
  }
}

/** Maps option names from other programs to Millrace options. */
const synonyms: ReadonlyMap<string, string> = new Map([
  ['delete-after', 'expire'],
  ['force', 'if-exists'],
  ['jobs', 'concurrency'],
  ['modules', 'chain'],
  ['out', 'save'],
  ['output', 'save'],
  ['output-dir', 'save'],
  ['overwrite', 'if-exists'],
  ['parallel', 'concurrency'],
  ['tags', 'tag'],
  ['timeout', 'wait-timeout'],
  ['ttl', 'expire'],
  ['url', 'api-url'],
]);

/** Returns a hint if the option is probably part of a file name, for example because the shell has expanded `*` to `-a.txt`. */
function createFileHint(option: string, args: readonly string[], command: Command): string {
  if (command.arguments.max === 0 || option.startsWith('--')) return '';
  const file = args.find((word) => /^-[^-]/.test(word) && word.includes(option.slice(1)) && /\.|\//.test(word));
  return file === undefined ? '' : ` If '${file}' is a file, use './${file}', or put it after '--'.`;
}

/** Rejects `--api-key`, because other processes can read the command line and shells store it in their history. */
function rejectApiKeyOption(argv: readonly string[]): void {
  if (!argv.some((word) => word === '--api-key' || word.startsWith('--api-key='))) return;
  throw new UsageError(
    'A key on the command line can be read by every process on this machine. ' +
      'Set MILLRACE_API_KEY in the environment or in ./.env instead.',
  );
}

/** Returns the first sentence of an error message from `parseArgs`, and drops any advice after it. */
function getFirstSentence(message: string): string {
  return `${(message.split(/\.\s|\n/)[0] ?? message).replace(/\.$/, '')}.`;
}

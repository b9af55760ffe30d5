import { parseArgs } from 'node:util';
import { nearestName } from '../../shared/rules/nearest-name.js';
import { UsageError, type Command } from '../command.js';
import { globalOptions, serverOptions } from './global-options.js';

interface CommandLine {
  /** The command's name, if there is one. */
  readonly name: string | undefined;
  /** All other arguments, including options before the name. */
  readonly rest: readonly string[];
}

/** Finds the command's name, which may follow global options. @throws `UsageError` if the arguments contain an API key. */
export function splitCommandLine(argv: readonly string[]): CommandLine {
  rejectKey(argv);
  const before: string[] = [];
  const all = { ...serverOptions, ...globalOptions };
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (!word.startsWith('-')) return { name: word, rest: [...before, ...argv.slice(index + 1)] };
    before.push(word);
    const needsValue = Object.entries(all).some(([name, { type }]) => type === 'string' && word === `--${name}`);
    const value = argv[index + 1];
    if (needsValue && value !== undefined) {
      before.push(value);
      index++;
    }
  }
  return { name: undefined, rest: before };
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
  if (values['help'] !== true) {
    if (positionals.length < min) throw new UsageError(`Missing ${usage} after 'millrace ${command.name}'.`);
    if (positionals.length > max) throw new UsageError(`Unexpected argument '${positionals[max] ?? ''}'.`);
    if (positionals.includes('')) throw new UsageError('Expected every argument to be non-empty.');
  }
  return { values, positionals };
}

function parse(command: Command, args: readonly string[], options: Command['options']): ParsedArguments {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const unknown = /^Unknown option '(-{1,2}([^']*))'/.exec(error.message);
    if (!unknown) throw new UsageError(firstSentence(error.message));
    const near = nearestName(unknown[2] ?? '', Object.keys(options));
    const hint = near === undefined ? '' : ` Did you mean '--${near}'?`;
    throw new UsageError(`'millrace ${command.name}' has no option '${unknown[1] ?? ''}'.${hint}`);
  }
}

/** Rejects API keys, because other processes can read the command line and shells store it in their history. */
function rejectKey(argv: readonly string[]): void {
  if (!argv.some((word) => word === '--api-key' || word.startsWith('--api-key='))) return;
  throw new UsageError(
    'A key on the command line can be read by every process on this machine. ' +
      'Set MILLRACE_API_KEY in the environment or in ./.env instead.',
  );
}

/** Keeps the first sentence of Node's message, `Option '--k <value>' argument missing`, without the advice that follows. */
function firstSentence(message: string): string {
  return `${(message.split(/\.\s|\n/)[0] ?? message).replace(/\.$/, '')}.`;
}

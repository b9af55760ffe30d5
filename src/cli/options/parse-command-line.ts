import { parseArgs } from 'node:util';
import type { Command } from '../command.js';
import { globalOptions, serverOptions } from './global-options.js';
import { nearestName } from './nearest-name.js';
import { UsageError } from './usage-error.js';

export interface CommandLine {
  /** The first word; nothing when there is none. */
  readonly name: string | undefined;
  /** Everything else, global options that came before the name included. */
  readonly rest: readonly string[];
}

/** Finds the command's name; options that every command has may come before it. */
export function splitCommandLine(argv: readonly string[]): CommandLine {
  refuseKey(argv);
  const before: string[] = [];
  const all = { ...serverOptions, ...globalOptions };
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (!word.startsWith('-')) return { name: word, rest: [...before, ...argv.slice(index + 1)] };
    before.push(word);
    const takesValue = Object.entries(all).some(([name, { type }]) => type === 'string' && word === `--${name}`);
    const value = argv[index + 1];
    if (takesValue && value !== undefined) {
      before.push(value);
      index++;
    }
  }
  return { name: undefined, rest: before };
}

export interface ParsedArguments {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** @throws `UsageError` */
export function parseArguments(command: Command, args: readonly string[]): ParsedArguments {
  const options = { ...command.options, ...globalOptions };
  const { values, positionals } = parse(command, args, options);
  const { min, max, usage } = command.arguments;
  if (values['help'] !== true) {
    if (positionals.length < min)
      throw new UsageError(`Expected ${usage} after 'millrace ${command.name}', got nothing.`);
    if (positionals.length > max) throw new UsageError(`Unexpected argument '${positionals[max] ?? ''}'.`);
    if (positionals.includes('')) throw new UsageError('Expected every argument to have content, got an empty one.');
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

/** Every process of the machine can read a command line, and shells keep it. */
function refuseKey(argv: readonly string[]): void {
  if (!argv.some((word) => word === '--api-key' || word.startsWith('--api-key='))) return;
  throw new UsageError(
    'A key on the command line can be read by every program on this machine. ' +
      'Set MILLRACE_API_KEY in the environment or in ./.env instead.',
  );
}

/** Node's own words: `Option '--k <value>' argument missing`, without what it says of its own syntax. */
function firstSentence(message: string): string {
  return `${(message.split(/\.\s|\n/)[0] ?? message).replace(/\.$/, '')}.`;
}

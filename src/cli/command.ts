import type { ExitCode } from './output/exit-code.js';
import type { Output } from './output/output.js';
import type { Terminal } from './terminal.js';

interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** Whether the option can be given more than once. */
  readonly multiple?: true;
  readonly short?: string;
  /** The value's placeholder in the help text. */
  readonly placeholder?: string;
  readonly help: string;
  /** The accepted values, which shell completion suggests. */
  readonly choices?: readonly string[];
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type OptionValues<O extends OptionSpecs> = {
  readonly [K in keyof O]?: O[K]['type'] extends 'boolean'
    ? boolean
    : O[K] extends { readonly multiple: true }
      ? readonly string[]
      : string;
};

/** One invocation of a command. */
export interface Call<O extends OptionSpecs = OptionSpecs> {
  readonly values: OptionValues<O>;
  readonly positionals: readonly string[];
  readonly output: Output;
  readonly terminal: Terminal;
  /** The names of the environment variables that came from `./.env`. */
  readonly dotEnvVariables: ReadonlySet<string>;
  /** Aborted when the command is interrupted. The same as `terminal.signal`. */
  readonly signal: AbortSignal;
}

interface CommandInfo {
  readonly name: string;
  readonly summary: string;
  /** The positional arguments: their text in the usage line, and their minimum and maximum number. */
  readonly arguments: { readonly usage: string; readonly min: number; readonly max: number };
  /** The words that shell completion suggests for positional arguments. */
  readonly completions?: readonly string[];
  /** Help text shown below the usage line. */
  readonly details?: readonly string[];
  readonly examples: readonly (readonly [description: string, command: string])[];
}

export interface Command extends CommandInfo {
  readonly options: OptionSpecs;
  run(call: Call): Promise<ExitCode>;
}

/** Defines a command whose `run` receives option values typed by its `options`. */
export function defineCommand<const O extends OptionSpecs>(
  command: CommandInfo & { readonly options: O; run(call: Call<O>): Promise<ExitCode> },
): Command {
  return command;
}

/** The `arguments` value for commands without positional arguments. */
export const noArguments = { usage: '', min: 0, max: 0 };

/** Thrown if the command line or a setting is invalid. The exit code is 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

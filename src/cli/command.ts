import type { ExitCode } from './output/exit-code.js';
import type { Output } from './output/output.js';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** May be given several times. */
  readonly multiple?: true;
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type Values<O extends OptionSpecs> = {
  readonly [K in keyof O]?: O[K]['type'] extends 'boolean'
    ? boolean
    : O[K] extends { readonly multiple: true }
      ? readonly string[]
      : string;
};

/** One call of a command. */
export interface Call<O extends OptionSpecs = OptionSpecs> {
  readonly values: Values<O>;
  readonly positionals: readonly string[];
  readonly output: Output;
  /** The variables of the environment that `./.env` gave. */
  readonly fromDotEnv: ReadonlySet<string>;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

interface CommandText {
  readonly name: string;
  readonly summary: string;
  /** Arguments without a dash: what the help calls them, and how many. */
  readonly arguments: { readonly usage: string; readonly min: number; readonly max: number };
  /** Sentences below the usage line. */
  readonly details?: readonly string[];
  readonly examples: readonly (readonly [does: string, command: string])[];
}

export interface Command extends CommandText {
  readonly options: OptionSpecs;
  run(call: Call): Promise<ExitCode>;
}

/** A command whose `run` knows the types of its own options. */
export function defineCommand<const O extends OptionSpecs>(
  command: CommandText & { readonly options: O; run(call: Call<O>): Promise<ExitCode> },
): Command {
  return command;
}

/** No arguments. */
export const noArguments = { usage: '', min: 0, max: 0 };

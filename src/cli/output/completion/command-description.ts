import type { Command, OptionSpecs } from '../../command.js';
import { globalOptions } from '../../options/global-options.js';

/** An option, described for shell completion. */
interface OptionDescription {
  readonly name: string;
  readonly short: string | undefined;
  readonly help: string;
  readonly isRepeatable: boolean;
  /** The value's placeholder. `undefined` if the option takes no value. */
  readonly placeholder: string | undefined;
  readonly completion: Completion;
}

/** How to complete a word: from a list, with the names of files or directories, or not at all. */
export type Completion = readonly string[] | 'files' | 'directories' | 'nothing';

export interface CommandDescription {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly OptionDescription[];
  /** How to complete the positional arguments. */
  readonly completion: Completion;
}

export const helpCommand = { name: 'help', summary: 'show the help for a command' };

export function describeCommand({
  name,
  summary,
  arguments: { usage },
  completions,
  options,
}: Command): CommandDescription {
  return {
    name,
    summary,
    completion: completions ?? (/\b(?:FILE|DIR)\b/.test(usage) ? 'files' : 'nothing'),
    options: Object.entries<OptionSpecs[string]>({ ...options, ...globalOptions }).map(
      ([option, { type, short, placeholder, help, multiple, choices }]) => ({
        name: option,
        short,
        help,
        isRepeatable: multiple === true,
        placeholder: type === 'string' ? (placeholder ?? 'VALUE') : undefined,
        completion: choices ?? (placeholder === 'FILE' ? 'files' : placeholder === 'DIR' ? 'directories' : 'nothing'),
      }),
    ),
  };
}

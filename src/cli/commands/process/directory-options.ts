import { statSync } from 'node:fs';
import type { DirectoryFiles } from '../../../index.js';
import { UsageError, type OptionSpecs, type OptionValues } from '../../command.js';

export const directoryOptions = {
  recursive: { type: 'boolean', short: 'r', help: 'with a DIR: include files in subdirectories' },
  include: {
    type: 'string',
    placeholder: 'GLOB',
    multiple: true,
    help: "with a DIR: only these files, such as '*.pdf' at any depth, or 'reports/**' below DIR",
  },
  exclude: {
    type: 'string',
    placeholder: 'GLOB',
    multiple: true,
    help: 'with a DIR: skip these files and directories',
  },
  'on-change': {
    type: 'string',
    placeholder: 'ACTION',
    choices: ['replace', 'keep'],
    help: 'with a DIR: what to do with a changed file: replace the earlier version, or keep it (default: replace)',
  },
  watch: {
    type: 'boolean',
    short: 'w',
    help: 'with a DIR: also process files that appear later, until the command is interrupted',
  },
} as const satisfies OptionSpecs;

/**
 * Replaces each directory in a list of paths with a `DirectoryFiles` object. Returns `undefined` if no path is a directory.
 *
 * @throws `UsageError` if no path is a directory but a directory option is given.
 */
export function readDirectoryInputs(
  paths: readonly string[],
  { recursive, include, exclude, watch, 'on-change': onChange }: OptionValues<typeof directoryOptions>,
): (string | DirectoryFiles)[] | undefined {
  // use `bigint`, because after a plain `statSync` of a pipe, `require` no longer resolves symbolic links: nodejs/node#51142
  const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false, bigint: true })?.isDirectory() === true;
  const inputs = paths.map((path) =>
    isDirectory(path) ? { directory: path, recursive, include, exclude, watch } : path,
  );
  if (inputs.some((input) => typeof input === 'object')) return inputs;
  const [option] =
    Object.entries({ recursive, include, exclude, watch, 'on-change': onChange }).find(
      ([, value]) => value !== undefined,
    ) ?? [];
  if (option !== undefined) throw new UsageError(`--${option} can only be used with a directory, got only files.`);
  return undefined;
}

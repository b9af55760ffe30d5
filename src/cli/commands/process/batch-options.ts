import { statSync } from 'node:fs';
import type { DirectoryFiles } from '../../../index.js';
import type { OptionSpecs, Values } from '../../command.js';
import { UsageError } from '../../options/usage-error.js';

export const batchOptions = {
  recursive: { type: 'boolean', short: 'r', help: 'of a DIR, take the files of directories below it, too' },
  include: {
    type: 'string',
    value: 'GLOB',
    multiple: true,
    help: "of a DIR, take only these: '*.pdf' at any depth, 'reports/**' from DIR",
  },
  exclude: { type: 'string', value: 'GLOB', multiple: true, help: 'of a DIR, leave these out, directories as well' },
  watch: {
    type: 'boolean',
    short: 'w',
    help: 'go on taking files that appear in a DIR, until the command is interrupted',
  },
} as const satisfies OptionSpecs;

/** What the arguments stand for; `undefined` when all of them are files. */
export function readDirectories(
  paths: readonly string[],
  { recursive, include, exclude, watch }: Values<typeof batchOptions>,
): (string | DirectoryFiles)[] | undefined {
  const isDirectory = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const files = paths.map((path) =>
    isDirectory(path) ? { directory: path, recursive, include, exclude, watch } : path,
  );
  if (files.some((file) => typeof file === 'object')) return files;
  const [option] =
    Object.entries({ recursive, include, exclude, watch }).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined) throw new UsageError(`Expected a directory with --${option}, got only files.`);
  return undefined;
}

import type { FileFilter } from '../../index.js';
import type { OptionSpecs, OptionValues } from '../command.js';
import { readChoice, readInteger, readTags } from './option-values.js';

/** The options of `list` and `search` that select files. */
export const fileFilterOptions = {
  'file-id': { type: 'string', multiple: true, placeholder: 'ID', help: 'the file with this id' },
  name: {
    type: 'string',
    multiple: true,
    placeholder: 'NAME',
    help: "files with this name; '*' at either end matches anything",
  },
  dir: {
    type: 'string',
    multiple: true,
    placeholder: 'PATH',
    help: "files in this directory; '/notes*' includes subdirectories",
  },
  path: { type: 'string', multiple: true, placeholder: 'PATH', help: 'the file at this symbolic path' },
  tag: {
    type: 'string',
    multiple: true,
    placeholder: 'KEY=VALUE',
    help: "files with this tag; 'author=*' matches any value",
  },
  'created-after': {
    type: 'string',
    placeholder: 'TIME',
    help: "created at this time or later: YYYY-MM-DD or 'YYYY-MM-DD HH:MM:SS' (UTC)",
  },
  'created-before': { type: 'string', placeholder: 'TIME', help: 'created at this time or earlier' },
  'updated-after': { type: 'string', placeholder: 'TIME', help: 'last updated at this time or later' },
  'updated-before': { type: 'string', placeholder: 'TIME', help: 'last updated at this time or earlier' },
  'max-files': { type: 'string', placeholder: 'N', help: 'the maximum number of files, newest first (default: 1000)' },
} as const satisfies OptionSpecs;

/**
 * Returns a filter for the files that match any of `--file-id`, `--name`, `--dir`, `--path` and `--tag`, or for all files if none of
 * these options is given. The other options narrow the selection.
 */
export function readFileFilter(values: OptionValues<typeof fileFilterOptions>): Omit<FileFilter, 'sortOrder'> {
  const criteria = {
    fileIds: values['file-id'],
    fileNames: values.name,
    symbolicDirectoryPaths: values.dir,
    symbolicFilePaths: values.path,
    fileTags: readTags(values.tag),
  };
  const selectsAllFiles = Object.values(criteria).every((field) => field === undefined);
  return {
    ...criteria,
    ...(selectsAllFiles && { symbolicDirectoryPaths: ['/*'] }),
    createdAtStart: values['created-after'],
    createdAtEnd: values['created-before'],
    lastUpdatedStart: values['updated-after'],
    lastUpdatedEnd: values['updated-before'],
    maxFiles: readInteger('max-files', values['max-files'], { min: 1 }),
  };
}

export function hasFileFilter(values: OptionValues<typeof fileFilterOptions>): boolean {
  return Object.keys(fileFilterOptions).some((name) => values[name as keyof typeof fileFilterOptions] !== undefined);
}

/** Returns the message to print if `list` or `tree` finds no files. */
export function describeEmptyList(pipeline: string, isFiltered: boolean): string {
  return isFiltered
    ? `No finished files in pipeline '${pipeline}' match.`
    : `No finished files in pipeline '${pipeline}' yet. Add some: millrace process FILE --chain MODULE,MODULE --pipeline ${pipeline}`;
}

export const sortOption = {
  sort: {
    type: 'string',
    placeholder: 'ORDER',
    help: 'ascending or descending by creation time (default: descending)',
  },
} as const satisfies OptionSpecs;

export function readSort(text: string | undefined): 'ascending' | 'descending' | undefined {
  return readChoice('sort', text, ['ascending', 'descending']);
}

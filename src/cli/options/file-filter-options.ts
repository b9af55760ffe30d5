import type { FileFilter } from '../../index.js';
import type { OptionSpecs, Values } from '../command.js';
import { readChoice, readTags, readWhole } from './option-values.js';

/** Which files: what `list` and `search` have in common. */
export const fileFilterOptions = {
  'file-id': { type: 'string', multiple: true, value: 'ID', help: 'this file' },
  name: { type: 'string', multiple: true, value: 'NAME', help: "files of this name; '*' at either end is anything" },
  dir: {
    type: 'string',
    multiple: true,
    value: 'PATH',
    help: "files in this directory; '/notes*' is also what is below",
  },
  path: { type: 'string', multiple: true, value: 'PATH', help: 'the file at this symbolic path' },
  tag: { type: 'string', multiple: true, value: 'KEY=VALUE', help: "files with this tag; 'author=*' is any value" },
  'created-after': { type: 'string', value: 'TIME', help: "not older than YYYY-MM-DD or 'YYYY-MM-DD HH:MM:SS' (UTC)" },
  'created-before': { type: 'string', value: 'TIME', help: 'not newer' },
  'updated-after': { type: 'string', value: 'TIME', help: 'last changed then or later' },
  'updated-before': { type: 'string', value: 'TIME', help: 'last changed then or earlier' },
  'max-files': { type: 'string', value: 'N', help: 'how many files at most, the newest first (default: 1000)' },
} as const satisfies OptionSpecs;

/** A file is selected when it matches any of the first five; times and number narrow that down. Nothing given: all files. */
export function readFileFilter(values: Values<typeof fileFilterOptions>): Omit<FileFilter, 'sortOrder'> {
  const chosen = {
    fileIds: values['file-id'],
    fileNames: values.name,
    symbolicDirectoryPaths: values.dir,
    symbolicFilePaths: values.path,
    fileTags: readTags(values.tag),
  };
  const isAll = Object.values(chosen).every((field) => field === undefined);
  return {
    ...chosen,
    ...(isAll && { symbolicDirectoryPaths: ['/*'] }),
    createdAtStart: values['created-after'],
    createdAtEnd: values['created-before'],
    lastUpdatedStart: values['updated-after'],
    lastUpdatedEnd: values['updated-before'],
    maxFiles: readWhole('max-files', values['max-files'], { min: 1 }),
  };
}

export const sortOption = {
  sort: { type: 'string', value: 'ORDER', help: 'ascending or descending by time of creation (default: descending)' },
} as const satisfies OptionSpecs;

export function readSort(text: string | undefined): 'ascending' | 'descending' | undefined {
  return readChoice('sort', text, ['ascending', 'descending']);
}

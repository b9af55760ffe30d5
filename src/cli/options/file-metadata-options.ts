import type { FileMetadata } from '../../index.js';
import type { OptionSpecs, OptionValues } from '../command.js';
import { readInteger, readTags } from './option-values.js';

/** The options of `process` and `update` that set a file's metadata. */
export const fileMetadataOptions = {
  name: { type: 'string', placeholder: 'NAME', help: "the file's name on the server" },
  dir: { type: 'string', placeholder: 'PATH', help: "the file's symbolic directory on the server" },
  tag: { type: 'string', multiple: true, placeholder: 'KEY=VALUE', help: 'a tag of the file' },
  description: { type: 'string', placeholder: 'TEXT', help: 'a description of the file' },
  expire: {
    type: 'string',
    placeholder: 'SECONDS',
    help: "delete the file after this many seconds, or 'never', which requires a Millrace server",
  },
} as const satisfies OptionSpecs;

export function readFileMetadata(values: OptionValues<typeof fileMetadataOptions>): FileMetadata {
  return {
    fileName: values.name,
    symbolicDirectoryPath: values.dir,
    fileTags: readTags(values.tag),
    fileDescription: values.description,
    expireTime: readExpireTime(values.expire),
  };
}

/** Parses `--expire`. @returns Seconds, `null` for `never`, or `undefined` if the option is not given. */
export function readExpireTime(text: string | undefined): number | null | undefined {
  return text === 'never' ? null : readInteger('expire', text, { min: 1 });
}

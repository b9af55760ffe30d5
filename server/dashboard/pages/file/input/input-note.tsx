import { kindOfName } from 'millrace/shared/modules/file-kinds.js';
import type { FileStatus } from '../../../data/file.js';
import { inputPath, type FileInput } from '../../../data/file-input.js';
import { Command } from '../../../parts/feedback/empty-state.js';
import { formatBytes } from '../../../parts/records/format.js';
import { fileText } from '../../../text/file.js';
import { useLanguage, useText } from '../../../text/language.js';
import { modulesOf } from '../file-modules.js';
import styles from './input.module.css';

export interface InputNoteProps {
  readonly file: FileStatus;
  readonly input: Exclude<FileInput, { found: 'content' }>;
}

/** Says why the input is not shown, and how to see it: process the file with `keepInput`, or download the input. */
export function InputNote({ file, input }: InputNoteProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  if (input.found === 'nothing') {
    const chain = modulesOf(file).map(({ name }) => name);
    return (
      <div className={styles['missing']}>
        <p>{text.notKept}</p>
        <Command>{`npx millrace process FILE --chain ${chain.join(',')} --keep-input`}</Command>
      </div>
    );
  }
  const size = formatBytes(input.bytes, language);
  return (
    <p className={styles['missing']}>
      {input.tooLarge ? text.tooLarge(size) : text.notShown(kindOfName(file.fileName)?.name ?? '', size)}{' '}
      <a href={inputPath(file.fileId)}>{text.downloadInput}</a>
    </p>
  );
}

import type { FileStatus } from '../../../data/file.js';
import { fileKindOf, inputPath, type FileInput } from '../../../data/file-input.js';
import { CopyableCode } from '../../../parts/feedback/empty-state.js';
import { formatBytes } from '../../../parts/records/format.js';
import { fileText } from '../../../text/file.js';
import { useLanguage, useText } from '../../../text/language.js';
import { modulesOf } from '../file-modules.js';
import styles from './input.module.css';

export interface InputNoteProps {
  readonly file: FileStatus;
  readonly input: Exclude<FileInput, { availability: 'content' }>;
}

/** Explains why the input is not shown. If the server has the input, links to it; otherwise, shows a command with `--keep-input`. */
export function InputNote({ file, input }: InputNoteProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  if (input.availability === 'none') {
    const chain = modulesOf(file).map(({ name }) => name);
    return (
      <div className={styles['missing']}>
        <p>{text.inputDeleted}</p>
        <CopyableCode>{`npx millrace process FILE --chain ${chain.join(',')} --keep-input`}</CopyableCode>
      </div>
    );
  }
  const size = formatBytes(input.bytes, language);
  return (
    <p className={styles['missing']}>
      {input.isTooLarge ? text.tooLarge(size) : text.notDisplayable(fileKindOf(file.fileName)?.name ?? '', size)}{' '}
      <a href={inputPath(file.fileId)}>{text.downloadInput}</a>
    </p>
  );
}

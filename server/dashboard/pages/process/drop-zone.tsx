import { useRef, useState } from 'react';
import { Button } from '../../parts/basics/button.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { readDrop, readField, type DroppedFile } from './dropped-files.js';
import styles from './process.module.css';

export interface DropZoneProps {
  /** Whether a chain is chosen, so that files are accepted. */
  readonly isReady: boolean;
  /** The extensions of the files that the first module reads. */
  readonly extensions: readonly string[];
  readonly onFiles: (files: readonly DroppedFile[]) => void;
}

/** Accepts files and folders that are dropped or chosen. */
export function DropZone({ isReady, extensions, onFiles }: DropZoneProps) {
  const text = useText(processText);
  const [isOver, setOver] = useState(false);
  return (
    <section
      className={styles['drop']}
      aria-label={text.drop}
      data-over={(isOver && isReady) || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        // otherwise the browser opens the file
        event.preventDefault();
        setOver(false);
        if (isReady) void readDrop(event.dataTransfer.items).then(onFiles);
      }}
    >
      <p className={styles['invitation']}>{isReady ? text.drop : text.dropFirst}</p>
      <div className={styles['choose']}>
        <ChooseButton kind="primary" label={text.chooseFiles} isReady={isReady} onFiles={onFiles} />
        <ChooseButton label={text.chooseFolder} isReady={isReady} isFolder onFiles={onFiles} />
      </div>
      {extensions.length > 0 && <p className={styles['quiet']}>{text.accepts(extensions.join(' '))}</p>}
    </section>
  );
}

interface ChooseButtonProps extends Pick<DropZoneProps, 'isReady' | 'onFiles'> {
  readonly kind?: 'primary';
  readonly label: string;
  readonly isFolder?: boolean;
}

/** A button that opens the browser's dialog to choose files or a folder. */
function ChooseButton({ kind, label, isFolder = false, isReady, onFiles }: ChooseButtonProps) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...(kind && { kind })} disabled={!isReady} onClick={() => field.current?.click()}>
        {label}
      </Button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label={label}
        {...(isFolder && { webkitdirectory: '' })}
        onChange={({ target }) => {
          onFiles(readField(target.files));
          // so that the same file can be chosen again
          target.value = '';
        }}
      />
    </>
  );
}

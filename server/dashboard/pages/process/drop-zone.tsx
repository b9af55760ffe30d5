import { useRef, useState } from 'react';
import { Button } from '../../parts/basics/button.js';
import { useText } from '../../text/language.js';
import { processText } from '../../text/process.js';
import { readDroppedItems, readChosenFiles, type DroppedFile } from './dropped-files.js';
import styles from './process.module.css';

export interface DropZoneProps {
  /** Whether a chain is chosen. Without a chain, the drop zone accepts no files. */
  readonly isReady: boolean;
  /** The file extensions that the first module can read. */
  readonly extensions: readonly string[];
  readonly onFiles: (files: readonly DroppedFile[]) => void;
}

/** Accepts files and folders, by drag and drop or from a file picker. */
export function DropZone({ isReady, extensions, onFiles }: DropZoneProps) {
  const text = useText(processText);
  const [isDragOver, setDragOver] = useState(false);
  return (
    <section
      className={styles['drop']}
      aria-label={text.drop}
      data-over={(isDragOver && isReady) || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setDragOver(true);
      }}
      onDragLeave={() => setDragOver(false)}
      onDrop={(event) => {
        // prevent the browser from opening the file
        event.preventDefault();
        setDragOver(false);
        if (isReady) void readDroppedItems(event.dataTransfer.items).then(onFiles);
      }}
    >
      <p className={styles['prompt']}>{isReady ? text.drop : text.dropDisabled}</p>
      <div className={styles['buttons']}>
        <FilePickerButton kind="primary" label={text.chooseFiles} isReady={isReady} onFiles={onFiles} />
        <FilePickerButton label={text.chooseFolder} isReady={isReady} picksFolder onFiles={onFiles} />
      </div>
      {extensions.length > 0 && <p className={styles['quiet']}>{text.accepts(extensions.join(' '))}</p>}
    </section>
  );
}

interface FilePickerButtonProps extends Pick<DropZoneProps, 'isReady' | 'onFiles'> {
  readonly kind?: 'primary';
  readonly label: string;
  readonly picksFolder?: boolean;
}

function FilePickerButton({ kind, label, picksFolder = false, isReady, onFiles }: FilePickerButtonProps) {
  const fileInput = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...(kind && { kind })} disabled={!isReady} onClick={() => fileInput.current?.click()}>
        {label}
      </Button>
      <input
        ref={fileInput}
        type="file"
        multiple
        hidden
        aria-label={label}
        {...(picksFolder && { webkitdirectory: '' })}
        onChange={({ target }) => {
          onFiles(readChosenFiles(target.files));
          // clear the file input, so that choosing the same file again fires a change event
          target.value = '';
        }}
      />
    </>
  );
}

import { useState, type ReactNode } from 'react';
import type { FileStatus } from '../../../data/file.js';
import { inputKindOf, inputPath, type FileInput } from '../../../data/file-input.js';
import { Panel } from '../../../parts/basics/panel.js';
import { formatBytes } from '../../../parts/records/format.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import type { InputReferences } from '../input-references.js';
import { InputImage } from './input-image.js';
import { InputPlayer } from './input-player.js';
import { PageNavigation } from './page-navigation.js';
import { InputText } from './input-text.js';
import styles from './input.module.css';

export interface InputPanelProps {
  readonly file: FileStatus;
  readonly input: Extract<FileInput, { availability: 'content' }> | undefined;
  /** Explains why the input is not shown. Rendered only if `input` is `undefined`. */
  readonly note: ReactNode;
  /** The 1-based number of the shown page. */
  readonly page: number;
  readonly pageCount: number;
  readonly references: InputReferences;
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
  readonly onPlayerChange: (player: HTMLMediaElement | null) => void;
  readonly onPageChange: (page: number) => void;
}

/** The input of a file: an image, a recording or text. If the input cannot be shown, the panel explains why. */
export function InputPanel(props: InputPanelProps) {
  const { file, input, note, page, pageCount, references } = props;
  const { highlightedIndex, onHighlight, onPlayerChange, onPageChange } = props;
  const text = useText(fileText);
  const { language } = useLanguage();
  const [undecodableContent, setUndecodableContent] = useState<Blob>();
  const isUndecodable = input !== undefined && input.content === undecodableContent;
  const kind = inputKindOf(file.fileName);
  const { boxes } = references;
  const meanConfidence = boxes.reduce((sum, { conf }) => sum + conf, 0) / boxes.length / 100;
  return (
    <Panel
      title={input ? text.inputSize(formatBytes(input.bytes, language)) : text.input}
      aside={
        kind === 'image' && boxes.length > 0
          ? text.words(boxes.length, meanConfidence.toLocaleString(localeOf(language), { style: 'percent' }))
          : undefined
      }
      flush
    >
      {!input && <div className={styles['note']}>{note}</div>}
      {isUndecodable && (
        <p className={styles['note']}>
          {text.undecodable} <a href={inputPath(file.fileId)}>{text.downloadInput}</a>
        </p>
      )}
      {input && !isUndecodable && kind === 'image' && (
        <InputImage
          content={input.content}
          label={text.image(file.fileName)}
          boxes={boxes}
          page={input.page}
          highlightedIndex={highlightedIndex}
          onHighlight={onHighlight}
          onError={() => setUndecodableContent(input.content)}
        />
      )}
      {pageCount > 1 && <PageNavigation page={page} pageCount={pageCount} onPageChange={onPageChange} />}
      {input && !isUndecodable && (kind === 'audio' || kind === 'video') && (
        <InputPlayer
          content={input.content}
          kind={kind}
          label={file.fileName}
          segments={references.segments}
          onHighlight={onHighlight}
          onError={() => setUndecodableContent(input.content)}
          onPlayerChange={onPlayerChange}
        />
      )}
      {input && kind === 'text' && (
        <InputText
          fileId={file.fileId}
          content={input.content}
          locations={references.locations}
          highlightedIndex={highlightedIndex}
          onHighlight={onHighlight}
        />
      )}
    </Panel>
  );
}

import { useState, type ReactNode } from 'react';
import type { FileStatus } from '../../../data/file.js';
import { inputForm, inputPath, type FileInput } from '../../../data/file-input.js';
import { Panel } from '../../../parts/basics/panel.js';
import { formatBytes } from '../../../parts/records/format.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import type { Links } from '../links.js';
import { ImageInput } from './image-input.js';
import { MediaInput } from './media-input.js';
import { PageNavigation } from './page-navigation.js';
import { TextInput } from './text-input.js';
import styles from './input.module.css';

export interface InputPanelProps {
  readonly file: FileStatus;
  readonly input: Extract<FileInput, { found: 'content' }> | undefined;
  /** Why there is no input to show. */
  readonly reason: ReactNode;
  /** The shown page, from 1. */
  readonly page: number;
  /** The number of pages. */
  readonly pages: number;
  readonly links: Links;
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
  readonly onPlayer: (player: HTMLMediaElement | null) => void;
  readonly onPage: (page: number) => void;
}

/** The input of a file: an image, a recording or a text. */
export function InputPanel(props: InputPanelProps) {
  const { file, input, reason, page, pages, links, lit, onLight, onPlayer, onPage } = props;
  const text = useText(fileText);
  const { language } = useLanguage();
  const [broken, setBroken] = useState<Blob>();
  const isBroken = input !== undefined && input.content === broken;
  const form = inputForm(file.fileName);
  const { boxes } = links;
  const mean = boxes.reduce((sum, { conf }) => sum + conf, 0) / boxes.length / 100;
  return (
    <Panel
      title={input ? text.inputSize(formatBytes(input.bytes, language)) : text.input}
      aside={
        form === 'image' && boxes.length > 0
          ? text.words(boxes.length, mean.toLocaleString(localeOf(language), { style: 'percent' }))
          : undefined
      }
      flush
    >
      {!input && <div className={styles['note']}>{reason}</div>}
      {isBroken && (
        <p className={styles['note']}>
          {text.unreadable} <a href={inputPath(file.fileId)}>{text.downloadInput}</a>
        </p>
      )}
      {input && !isBroken && form === 'image' && (
        <ImageInput
          content={input.content}
          label={text.image(file.fileName)}
          boxes={boxes}
          page={input.page}
          lit={lit}
          onLight={onLight}
          onError={() => setBroken(input.content)}
        />
      )}
      {pages > 1 && <PageNavigation page={page} pages={pages} onPage={onPage} />}
      {input && !isBroken && (form === 'audio' || form === 'video') && (
        <MediaInput
          content={input.content}
          form={form}
          label={file.fileName}
          segments={links.segments}
          onLight={onLight}
          onError={() => setBroken(input.content)}
          onPlayer={onPlayer}
        />
      )}
      {input && form === 'text' && (
        <TextInput fileId={file.fileId} content={input.content} places={links.places} lit={lit} onLight={onLight} />
      )}
    </Panel>
  );
}

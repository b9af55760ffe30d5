import { useState } from 'react';
import type { FileStatus } from '../../../data/file.js';
import { inputForm, inputPath, type FileInput } from '../../../data/file-input.js';
import { Panel } from '../../../parts/basics/panel.js';
import { formatBytes } from '../../../parts/records/format.js';
import { fileText } from '../../../text/file.js';
import { useLanguage, useText } from '../../../text/language.js';
import type { Links } from '../links.js';
import { ImageInput } from './image-input.js';
import { MediaInput } from './media-input.js';
import { TextInput } from './text-input.js';
import styles from './input.module.css';

export interface InputPanelProps {
  readonly file: FileStatus;
  readonly input: Extract<FileInput, { found: 'content' }>;
  readonly links: Links;
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
  readonly onPlayer: (player: HTMLMediaElement | null) => void;
}

/** The thing itself. */
export function InputPanel({ file, input, links, lit, onLight, onPlayer }: InputPanelProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const [isBroken, setBroken] = useState(false);
  const form = inputForm(file.fileName);
  const { boxes } = links;
  const mean = boxes.reduce((sum, { conf }) => sum + conf, 0) / boxes.length / 100;
  return (
    <Panel
      title={text.inputSize(formatBytes(input.bytes, language))}
      aside={
        form === 'image' && boxes.length > 0
          ? text.words(boxes.length, mean.toLocaleString(language, { style: 'percent' }))
          : undefined
      }
      flush
    >
      {isBroken && (
        <p className={styles['note']}>
          {text.unreadable} <a href={inputPath(file.fileId)}>{text.downloadInput}</a>
        </p>
      )}
      {!isBroken && form === 'image' && (
        <ImageInput
          content={input.content}
          label={text.image(file.fileName)}
          boxes={boxes}
          lit={lit}
          onLight={onLight}
          onError={() => setBroken(true)}
        />
      )}
      {!isBroken && (form === 'audio' || form === 'video') && (
        <MediaInput
          content={input.content}
          form={form}
          label={file.fileName}
          segments={links.segments}
          onLight={onLight}
          onError={() => setBroken(true)}
          onPlayer={onPlayer}
        />
      )}
      {form === 'text' && <TextInput content={input.content} lines={links.lines} lit={lit} onLight={onLight} />}
    </Panel>
  );
}

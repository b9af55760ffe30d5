import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { Json } from 'millrace/shared/types/json.js';
import { JsonView } from '../../../parts/content/json-view.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import { LineList } from '../line-list.js';
import { LongText } from '../long-text.js';
import { isCaption, isKeyword, isRecognisedText, isSentiment, isSnippet, isTranscript } from './item-shapes.js';
import { isClassification, isExtraction } from './extracted-fields.js';
import { FieldsView } from './fields-view.js';
import { Keywords } from './keywords.js';
import { LabelsView } from './labels-view.js';
import { RecognisedView } from './recognised-view.js';
import { Snippets } from './snippets.js';
import { TranscriptView } from './transcript-view.js';
import { Words } from './words.js';
import styles from './output.module.css';

export interface ItemsViewProps {
  readonly kind: FileOutputPage['kind'];
  readonly items: readonly Json[];
  /** Whether to show only the text of words or segments, without their places. */
  readonly asText: boolean;
  /** The index of the part that is highlighted in the input and the output. */
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
  /** Plays the input from a time, in seconds; `undefined` without a player. */
  readonly onPlay: ((seconds: number) => void) | undefined;
}

export function ItemsView({ kind, items, asText, lit, onLight, onPlay }: ItemsViewProps) {
  const text = useText(fileText);
  const linked = { lit, onLight };
  if (kind === 'text') return <LineList lines={items.map(String)} />;
  if (kind === 'keywords' && items.every(isKeyword)) return <Keywords keywords={items} />;
  if (kind === 'ocr' && items.every(isRecognisedText))
    return asText ? <RecognisedView items={items} {...linked} /> : <Words items={items} {...linked} />;
  if (kind === 'transcript' && items.every(isTranscript))
    return asText ? (
      <Paragraphs texts={items.map(({ transcript }) => transcript)} />
    ) : (
      <TranscriptView items={items} onPlay={onPlay} {...linked} />
    );
  if (kind === 'captions' && items.every(isCaption)) return <Paragraphs texts={items.map(({ caption }) => caption)} />;
  if (kind === 'fields' && items.every(isExtraction)) return <FieldsView items={items} {...linked} />;
  if (kind === 'labels' && items.every(isClassification)) return <LabelsView items={items} />;
  if (items.every(isSnippet)) return <Snippets snippets={items} isSentiment={items.every(isSentiment)} {...linked} />;
  return (
    <div className={styles['json']}>
      <JsonView value={[...items]} label={text.asJson} />
    </div>
  );
}

const Paragraphs = ({ texts }: { readonly texts: readonly string[] }) => (
  <div className={styles['paragraphs']}>
    {texts.map((text, index) => (
      <p key={index}>
        <LongText>{text}</LongText>
      </p>
    ))}
  </div>
);

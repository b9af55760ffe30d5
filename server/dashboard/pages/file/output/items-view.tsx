import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { Json } from 'millrace/shared/types/json.js';
import { JsonView } from '../../../parts/content/json-view.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import { LineList } from '../line-list.js';
import { ExpandableText } from '../expandable-text.js';
import { isCaption, isKeyword, isRecognisedText, isSentimentSnippet, isSnippet, isTranscript } from './item-shapes.js';
import { isClassification, isExtraction } from './extracted-fields.js';
import { FieldsView } from './fields-view.js';
import { Keywords } from './keywords.js';
import { LabelsView } from './labels-view.js';
import { RecognisedTextView } from './recognised-text-view.js';
import { Snippets } from './snippets.js';
import { TranscriptView } from './transcript-view.js';
import { Words } from './words.js';
import styles from './output.module.css';

export interface ItemsViewProps {
  readonly kind: FileOutputPage['kind'];
  readonly items: readonly Json[];
  /** For an image or a recording: whether to show the text in paragraphs instead of a list of words or segments. */
  readonly asText: boolean;
  /** The index of the item, field, word or segment that is highlighted in the input and the output. */
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
  /** Plays the recording from a time, in seconds; `undefined` if there is no player. */
  readonly onPlay: ((seconds: number) => void) | undefined;
}

export function ItemsView({ kind, items, asText, highlightedIndex, onHighlight, onPlay }: ItemsViewProps) {
  const text = useText(fileText);
  const highlightProps = { highlightedIndex, onHighlight };
  if (kind === 'text') return <LineList lines={items.map(String)} />;
  if (kind === 'keywords' && items.every(isKeyword)) return <Keywords keywords={items} />;
  if (kind === 'ocr' && items.every(isRecognisedText))
    return asText ? (
      <RecognisedTextView items={items} {...highlightProps} />
    ) : (
      <Words items={items} {...highlightProps} />
    );
  if (kind === 'transcript' && items.every(isTranscript))
    return asText ? (
      <Paragraphs texts={items.map(({ transcript }) => transcript)} />
    ) : (
      <TranscriptView items={items} onPlay={onPlay} {...highlightProps} />
    );
  if (kind === 'captions' && items.every(isCaption)) return <Paragraphs texts={items.map(({ caption }) => caption)} />;
  if (kind === 'fields' && items.every(isExtraction)) return <FieldsView items={items} {...highlightProps} />;
  if (kind === 'labels' && items.every(isClassification)) return <LabelsView items={items} />;
  if (items.every(isSnippet))
    return <Snippets snippets={items} hasSentimentScores={items.every(isSentimentSnippet)} {...highlightProps} />;
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
        <ExpandableText>{text}</ExpandableText>
      </p>
    ))}
  </div>
);

import type { RecognisedText } from 'millrace/shared/modules/module.js';
import { Fragment } from 'react';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { ExpandableText } from '../expandable-text.js';
import type { WordsProps } from './words.js';
import styles from './output.module.css';

/** The maximum length of a text that is split into words, in characters. The words of a longer text cannot be highlighted. */
const maxSplitLength = 100_000;

/** The text of an image. Hovering over a word highlights its box in the image, unless the text is longer than `maxSplitLength`. */
export function RecognisedTextView({ items, highlightedIndex, onHighlight }: WordsProps) {
  const offsets = getWordOffsets(items);
  return (
    <div className={styles['paragraphs']} onPointerLeave={() => onHighlight(undefined)}>
      {items.map((item, index) => {
        const offset = offsets[index] ?? 0;
        return (
          <p key={index}>
            {item.text.length > maxSplitLength ? (
              <ExpandableText>{item.text}</ExpandableText>
            ) : (
              splitIntoWords(item).map(({ before, word, index: wordIndex }) => (
                <Fragment key={wordIndex}>
                  {escapeInvisible(before)}
                  {word !== '' && (
                    <span
                      data-highlighted={offset + wordIndex === highlightedIndex || undefined}
                      onPointerEnter={() => onHighlight(offset + wordIndex)}
                    >
                      {escapeInvisible(word)}
                    </span>
                  )}
                </Fragment>
              ))
            )}
          </p>
        );
      })}
    </div>
  );
}

/** A recognized word and the text before it. */
interface TextPart {
  /** The text since the end of the previous part. */
  readonly before: string;
  /** Empty in the last part. */
  readonly word: string;
  /** The index of the word in `detections`; the length of `detections` in the last part. */
  readonly index: number;
}

/**
 * Splits the text after each recognized word, in the order of `detections`. Skips a word that does not occur after the previous word.
 * The last part has the remaining text and an empty word.
 */
function splitIntoWords({ text, detections }: RecognisedText): TextPart[] {
  let end = 0;
  const parts = detections.flatMap(({ text: word }, index): TextPart[] => {
    const start = word === '' ? -1 : text.indexOf(word, end);
    if (start < 0) return [];
    const before = text.slice(end, start);
    end = start + word.length;
    return [{ before, word, index }];
  });
  return [...parts, { before: text.slice(end), word: '', index: detections.length }];
}

/** Returns, for each item, the total number of words in the items before it. */
function getWordOffsets(items: WordsProps['items']): number[] {
  let total = 0;
  return items.map(({ detections }) => (total += detections.length) - detections.length);
}

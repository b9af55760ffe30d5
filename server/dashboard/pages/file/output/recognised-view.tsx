import type { RecognisedText } from 'millrace/shared/modules/module.js';
import { Fragment } from 'react';
import { visibleText } from '../../../parts/basics/visible-text.js';
import { ExpandableText } from '../expandable-text.js';
import type { WordsProps } from './words.js';
import styles from './output.module.css';

/** The maximum length of a text that is split into words, in characters. */
const maxSplitLength = 100_000;

/** The text of an image. Hovering over a word highlights its box in the image. */
export function RecognisedView({ items, highlightedIndex, onHighlight }: WordsProps) {
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
              findWords(item).map(({ before, word, index: wordIndex }) => (
                <Fragment key={wordIndex}>
                  {visibleText(before)}
                  {word !== '' && (
                    <span
                      data-highlighted={offset + wordIndex === highlightedIndex || undefined}
                      onPointerEnter={() => onHighlight(offset + wordIndex)}
                    >
                      {visibleText(word)}
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

interface FoundWord {
  /** The text between the previous word and this one. */
  readonly before: string;
  readonly word: string;
  /** The index of the word in `detections`. */
  readonly index: number;
}

/** Finds the recognised words in the text, in reading order. The last entry has the remaining text and an empty word. */
function findWords({ text, detections }: RecognisedText): FoundWord[] {
  let end = 0;
  const found = detections.flatMap(({ text: word }, index): FoundWord[] => {
    const start = word === '' ? -1 : text.indexOf(word, end);
    if (start < 0) return [];
    const before = text.slice(end, start);
    end = start + word.length;
    return [{ before, word, index }];
  });
  return [...found, { before: text.slice(end), word: '', index: detections.length }];
}

/** Returns the number of words before each item. */
function getWordOffsets(items: WordsProps['items']): number[] {
  let total = 0;
  return items.map(({ detections }) => (total += detections.length) - detections.length);
}

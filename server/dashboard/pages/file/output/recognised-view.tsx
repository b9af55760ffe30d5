import type { RecognisedText } from 'millrace/shared/modules/module.js';
import { Fragment } from 'react';
import { visibleText } from '../../../parts/basics/visible-text.js';
import { LongText } from '../long-text.js';
import type { WordsProps } from './words.js';
import styles from './output.module.css';

/** The maximum length of a text whose words are linked to the image, in characters. */
const maxLinked = 100_000;

/** The text of an image. Each word is highlighted together with its box. */
export function RecognisedView({ items, lit, onLight }: WordsProps) {
  const starts = startsOf(items);
  return (
    <div className={styles['paragraphs']} onPointerLeave={() => onLight(undefined)}>
      {items.map((item, index) => {
        const begin = starts[index] ?? 0;
        return (
          <p key={index}>
            {item.text.length > maxLinked ? (
              <LongText>{item.text}</LongText>
            ) : (
              findWords(item).map(({ before, word, index: at }) => (
                <Fragment key={at}>
                  {visibleText(before)}
                  {word !== '' && (
                    <span data-lit={begin + at === lit || undefined} onPointerEnter={() => onLight(begin + at)}>
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
  readonly index: number;
}

/** Finds the recognised words in the text, in reading order. The last entry has an empty word and the rest of the text. */
function findWords({ text, detections }: RecognisedText): FoundWord[] {
  let end = 0;
  const found = detections.flatMap(({ text: word }, index): FoundWord[] => {
    const at = word === '' ? -1 : text.indexOf(word, end);
    if (at < 0) return [];
    const before = text.slice(end, at);
    end = at + word.length;
    return [{ before, word, index }];
  });
  return [...found, { before: text.slice(end), word: '', index: detections.length }];
}

/** Returns the number of words before each item. */
function startsOf(items: WordsProps['items']): number[] {
  let next = 0;
  return items.map(({ detections }) => (next += detections.length) - detections.length);
}

import type { RecognisedText } from 'millrace/shared/modules/module.js';
import { Fragment } from 'react';
import { visibleText } from '../../../parts/basics/visible-text.js';
import { LongText } from '../long-text.js';
import type { WordsProps } from './words.js';
import styles from './output.module.css';

/** A text of more characters is shown without links to the image. */
const maxLinked = 100_000;

/** The text of an image. Its words light up with their boxes. */
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

interface Found {
  /** The text between the last word and this one. */
  readonly before: string;
  readonly word: string;
  readonly index: number;
}

/** The words in the text, in the order of reading, and in the end the rest without a word. */
function findWords({ text, detections }: RecognisedText): Found[] {
  let end = 0;
  const found = detections.flatMap(({ text: word }, index): Found[] => {
    const at = word === '' ? -1 : text.indexOf(word, end);
    if (at < 0) return [];
    const before = text.slice(end, at);
    end = at + word.length;
    return [{ before, word, index }];
  });
  return [...found, { before: text.slice(end), word: '', index: detections.length }];
}

/** How many words come before each item. */
function startsOf(items: WordsProps['items']): number[] {
  let next = 0;
  return items.map(({ detections }) => (next += detections.length) - detections.length);
}

import type { RecognisedText } from 'millrace/shared/modules/module.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { LongText } from '../long-text.js';
import styles from './output.module.css';

export interface WordsProps {
  readonly items: readonly RecognisedText[];
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
}

/** The words of an image in reading order, with their confidence and position. */
export function Words({ items, lit, onLight }: WordsProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const words = items.flatMap(({ detections }) => detections);
  return (
    <table className={styles['table']} onPointerLeave={() => onLight(undefined)}>
      <thead>
        <tr>
          <th scope="col">{text.word}</th>
          <th scope="col">{text.confidence}</th>
          <th scope="col">{text.position}</th>
        </tr>
      </thead>
      <tbody>
        {words.map(({ text: word, conf, left, top }, index) => (
          <tr key={index} data-lit={index === lit || undefined} onPointerEnter={() => onLight(index)}>
            <td>
              <LongText>{word}</LongText>
            </td>
            <td>{(conf / 100).toLocaleString(localeOf(language), { style: 'percent' })}</td>
            <td className={styles['place']}>
              {left}, {top}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import type { RecognisedText } from 'millrace/shared/modules/module.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { ExpandableText } from '../expandable-text.js';
import styles from './output.module.css';

export interface WordsProps {
  readonly items: readonly RecognisedText[];
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
}

export function Words({ items, highlightedIndex, onHighlight }: WordsProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const words = items.flatMap(({ detections }) => detections);
  return (
    <table className={styles['table']} onPointerLeave={() => onHighlight(undefined)}>
      <thead>
        <tr>
          <th scope="col">{text.word}</th>
          <th scope="col">{text.confidence}</th>
          <th scope="col">{text.position}</th>
        </tr>
      </thead>
      <tbody>
        {words.map(({ text: word, conf, left, top }, index) => (
          <tr
            key={index}
            data-highlighted={index === highlightedIndex || undefined}
            onPointerEnter={() => onHighlight(index)}
          >
            <td>
              <ExpandableText>{word}</ExpandableText>
            </td>
            <td>{(conf / 100).toLocaleString(localeOf(language), { style: 'percent' })}</td>
            <td className={styles['location']}>
              {left}, {top}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { LongText } from '../long-text.js';
import type { Keyword } from './item-shapes.js';
import styles from './output.module.css';

const maxShownLines = 12;

/** The keywords of a keyword database, with the lines that have them. */
export function Keywords({ keywords }: { readonly keywords: readonly Keyword[] }) {
  const text = useText(fileText);
  const { language } = useLanguage();
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{text.keyword}</th>
          <th scope="col">{text.times}</th>
          <th scope="col">{text.places}</th>
        </tr>
      </thead>
      <tbody>
        {keywords.map(({ keyword, occurrences }) => {
          const lines = [...new Set(occurrences.map(({ line_number: line }) => line))];
          const left = lines.length - maxShownLines;
          return (
            <tr key={keyword}>
              <td>
                <LongText>{keyword}</LongText>
              </td>
              <td>{occurrences.length.toLocaleString(localeOf(language))}</td>
              <td className={styles['place']}>
                {lines.slice(0, maxShownLines).join(', ')} {left > 0 && text.morePlaces(left)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { ExpandableText } from '../expandable-text.js';
import type { Keyword } from './item-shapes.js';
import styles from './output.module.css';

const maxLineNumbers = 12;

export function Keywords({ keywords }: { readonly keywords: readonly Keyword[] }) {
  const text = useText(fileText);
  const { language } = useLanguage();
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{text.keyword}</th>
          <th scope="col">{text.occurrences}</th>
          <th scope="col">{text.keywordLines}</th>
        </tr>
      </thead>
      <tbody>
        {keywords.map(({ keyword, occurrences }) => {
          const lineNumbers = [...new Set(occurrences.map(({ line_number: line }) => line))];
          const remainingCount = lineNumbers.length - maxLineNumbers;
          return (
            <tr key={keyword}>
              <td>
                <ExpandableText>{keyword}</ExpandableText>
              </td>
              <td>{occurrences.length.toLocaleString(localeOf(language))}</td>
              <td className={styles['location']}>
                {lineNumbers.slice(0, maxLineNumbers).join(', ')} {remainingCount > 0 && text.moreLines(remainingCount)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

import type { Classification } from 'millrace/shared/types/extraction.js';
import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { ExpandableText } from '../expandable-text.js';
import styles from './output.module.css';

export function LabelsView({ items }: { readonly items: readonly Classification[] }) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const percent = (score: number) =>
    score.toLocaleString(localeOf(language), { style: 'percent', maximumFractionDigits: 1 });
  return (
    <ol className={styles['list']}>
      {items.map(({ labels, page, snippet }, index) => (
        <li key={index}>
          <span className={styles['number']} aria-hidden="true">
            {page ?? index + 1}
          </span>
          <div>
            <p>
              {labels.map(({ label, score }, labelIndex) => (
                <span key={label}>
                  {labelIndex > 0 && ', '}
                  {labelIndex === 0 ? <strong>{escapeInvisible(label)}</strong> : escapeInvisible(label)}{' '}
                  <span className={styles['location']}>{score === null ? text.noScore : percent(score)}</span>
                </span>
              ))}
            </p>
            {snippet !== undefined && (
              <p>
                <ExpandableText>{snippet}</ExpandableText>
              </p>
            )}
            {page !== undefined && <p className={styles['location']}>{text.page(page)}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

import type { SentimentSnippet } from 'millrace/shared/modules/module.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import styles from './output.module.css';

const names = ['positive', 'neutral', 'negative'] as const;

/** The three scores of a sentiment as a bar, and the highest score as text. */
export function SentimentBar({ scores }: { readonly scores: SentimentSnippet }) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const percent = (name: (typeof names)[number]) =>
    `${text[name]} ${scores[name].toLocaleString(localeOf(language), { style: 'percent' })}`;
  const largest = names.reduce((best, name) => (scores[name] > scores[best] ? name : best));
  return (
    <div className={styles['sentiment']}>
      <span
        className={styles['bar']}
        role="img"
        aria-label={names.map(percent).join(', ')}
        title={names.map(percent).join(', ')}
      >
        {names.map((name) => (
          <span key={name} data-name={name} style={{ flexGrow: Math.max(0, scores[name]) }} />
        ))}
      </span>
      <span data-name={largest}>{percent(largest)}</span>
    </div>
  );
}

import type { SentimentSnippet } from 'millrace/shared/modules/module.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import styles from './output.module.css';

const sentiments = ['positive', 'neutral', 'negative'] as const;

/** A stacked bar of the three sentiment scores, and the highest score as text. */
export function SentimentBar({ scores }: { readonly scores: SentimentSnippet }) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const formatScore = (name: (typeof sentiments)[number]) =>
    `${text[name]} ${scores[name].toLocaleString(localeOf(language), { style: 'percent' })}`;
  const dominant = sentiments.reduce((best, name) => (scores[name] > scores[best] ? name : best));
  return (
    <div className={styles['sentiment']}>
      <span
        className={styles['bar']}
        role="img"
        aria-label={sentiments.map(formatScore).join(', ')}
        title={sentiments.map(formatScore).join(', ')}
      >
        {sentiments.map((name) => (
          <span key={name} data-name={name} style={{ flexGrow: Math.max(0, scores[name]) }} />
        ))}
      </span>
      <span data-name={dominant}>{formatScore(dominant)}</span>
    </div>
  );
}

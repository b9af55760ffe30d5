import type { SentimentSnippet, Snippet } from 'millrace/shared/modules/module.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { LongText } from '../long-text.js';
import { SentimentBar } from './sentiment-bar.js';
import styles from './output.module.css';

export interface SnippetsProps {
  readonly snippets: readonly (Snippet & { readonly page?: unknown })[];
  readonly isSentiment: boolean;
  readonly lit: number | undefined;
  readonly onLight: (index: number | undefined) => void;
}

/** The snippets of a text, with their pages and lines. */
export function Snippets({ snippets, isSentiment, lit, onLight }: SnippetsProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const placeOf = ({ line_numbers: lines = [], page, source, confidence = 0 }: SnippetsProps['snippets'][number]) => {
    const [first, last] = [lines[0], lines.at(-1)];
    const inLines = first === last ? text.line(String(first)) : text.lines(`${first}–${last}`);
    return [
      typeof page === 'number' && text.page(page),
      first !== undefined && inLines,
      source === 'ocr' && text.fromOcr(confidence.toLocaleString(localeOf(language), { style: 'percent' })),
    ]
      .filter(Boolean)
      .join(' · ');
  };
  return (
    <ol className={styles['list']} onPointerLeave={() => onLight(undefined)}>
      {snippets.map((snippet, index) => (
        <li key={index} data-lit={index === lit || undefined} onPointerEnter={() => onLight(index)}>
          <span className={styles['number']} aria-hidden="true">
            {index + 1}
          </span>
          <div>
            <p>
              <LongText>{snippet.snippet}</LongText>
            </p>
            {isSentiment && <SentimentBar scores={snippet as SentimentSnippet} />}
            <p className={styles['place']}>{placeOf(snippet)}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

import type { SentimentSnippet, Snippet } from 'millrace/shared/modules/module.js';
import { fileText } from '../../../text/file.js';
import { localeOf } from '../../../text/define-text.js';
import { useLanguage, useText } from '../../../text/language.js';
import { ExpandableText } from '../expandable-text.js';
import { SentimentBar } from './sentiment-bar.js';
import styles from './output.module.css';

export interface SnippetsProps {
  readonly snippets: readonly (Snippet & { readonly page?: unknown })[];
  readonly hasSentimentScores: boolean;
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
}

export function Snippets({ snippets, hasSentimentScores, highlightedIndex, onHighlight }: SnippetsProps) {
  const text = useText(fileText);
  const { language } = useLanguage();
  const describeLocation = ({
    line_numbers: lineNumbers = [],
    page,
    source,
    confidence,
  }: SnippetsProps['snippets'][number]) => {
    const [first, last] = [lineNumbers[0], lineNumbers.at(-1)];
    const lineLabel = first === last ? text.line(String(first)) : text.lines(`${first}–${last}`);
    return [
      typeof page === 'number' && text.page(page),
      first !== undefined && lineLabel,
      source === 'ocr' && text.fromOcr((confidence ?? 0).toLocaleString(localeOf(language), { style: 'percent' })),
    ]
      .filter(Boolean)
      .join(' · ');
  };
  return (
    <ol className={styles['list']} onPointerLeave={() => onHighlight(undefined)}>
      {snippets.map((snippet, index) => (
        <li
          key={index}
          data-highlighted={index === highlightedIndex || undefined}
          onPointerEnter={() => onHighlight(index)}
        >
          <span className={styles['number']} aria-hidden="true">
            {index + 1}
          </span>
          <div>
            <p>
              <ExpandableText>{snippet.snippet}</ExpandableText>
            </p>
            {hasSentimentScores && <SentimentBar scores={snippet as SentimentSnippet} />}
            <p className={styles['location']}>{describeLocation(snippet)}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

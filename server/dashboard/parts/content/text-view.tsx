import { useState } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { truncateText, escapeInvisible } from '../basics/escape-invisible.js';
import { formatNumber } from '../records/format.js';
import styles from './content.module.css';

const collapsedLength = 20_000;
const maxLength = 2_000_000;

/** Untrusted text, truncated to 20,000 characters until the user expands it, and then to 2,000,000 characters, with a note. */
export function TextView({ children, label }: { readonly children: string; readonly label?: string }) {
  const text = useText(sharedText);
  const { language } = useLanguage();
  const [isExpanded, setExpanded] = useState(false);
  const shownText = truncateText(children, isExpanded ? maxLength : collapsedLength);
  const isTooLong = children.length > maxLength;
  const max = formatNumber(maxLength, language);
  const total = formatNumber(children.length, language);
  return (
    <div>
      <pre className={styles['text']} tabIndex={0} role="region" aria-label={label ?? text.asText} dir="auto">
        {escapeInvisible(shownText)}
      </pre>
      {!isExpanded && shownText.length < children.length && (
        <Button kind="quiet" onClick={() => setExpanded(true)}>
          {isTooLong ? text.showFirstCharacters(max, total) : text.showAllCharacters(total)}
        </Button>
      )}
      {isExpanded && isTooLong && <p>{text.firstCharactersShown(max, total)}</p>}
    </div>
  );
}

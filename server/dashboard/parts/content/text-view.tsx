import { useState } from 'react';
import { partsText } from '../../text/parts.js';
import { useLanguage, useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { cutText, visibleText } from '../basics/visible-text.js';
import styles from './content.module.css';

const firstLength = 20_000;
const maxLength = 2_000_000;

/** Untrusted text of any length. Only its first part is shown until the reader asks for more. */
export function TextView({ children, label }: { readonly children: string; readonly label?: string }) {
  const text = useText(partsText);
  const { language } = useLanguage();
  const [whole, setWhole] = useState(false);
  const shown = cutText(children, whole ? maxLength : firstLength);
  return (
    <div>
      <pre className={styles['text']} tabIndex={0} role="region" aria-label={label ?? text.asText} dir="auto">
        {visibleText(shown)}
      </pre>
      {!whole && shown.length < children.length && (
        <Button kind="quiet" onClick={() => setWhole(true)}>
          {text.whole(children.length.toLocaleString(language))}
        </Button>
      )}
    </div>
  );
}

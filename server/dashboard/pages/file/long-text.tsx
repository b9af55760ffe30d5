import { useState } from 'react';
import { Button } from '../../parts/basics/button.js';
import { cutText, visibleText } from '../../parts/basics/visible-text.js';
import { fileText } from '../../text/file.js';
import { useText } from '../../text/language.js';

const firstLength = 2000;
const maxLength = 1_000_000;

/** Untrusted text from a file. Long text is cut to 2,000 characters until the reader expands it, and to 1,000,000 after that. */
export function LongText({ children }: { readonly children: string }) {
  const text = useText(fileText);
  const [whole, setWhole] = useState(false);
  const shown = cutText(children, whole ? maxLength : firstLength);
  return (
    <span dir="auto">
      {visibleText(shown)}
      {!whole && shown.length < children.length && (
        <>
          …{' '}
          <Button kind="quiet" onClick={() => setWhole(true)}>
            {text.whole}
          </Button>
        </>
      )}
    </span>
  );
}

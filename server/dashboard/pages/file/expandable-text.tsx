import { useState } from 'react';
import { Button } from '../../parts/basics/button.js';
import { truncateText, escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { fileText } from '../../text/file.js';
import { useText } from '../../text/language.js';

const collapsedLength = 2000;
const maxLength = 1_000_000;

/** Untrusted text from a file, truncated to 2,000 characters until the user expands it, and then to 1,000,000 characters. */
export function ExpandableText({ children }: { readonly children: string }) {
  const text = useText(fileText);
  const [isExpanded, setExpanded] = useState(false);
  const shownText = truncateText(children, isExpanded ? maxLength : collapsedLength);
  return (
    <span dir="auto">
      {escapeInvisible(shownText)}
      {!isExpanded && shownText.length < children.length && (
        <>
          …{' '}
          <Button kind="quiet" onClick={() => setExpanded(true)}>
            {text.showAll}
          </Button>
        </>
      )}
    </span>
  );
}

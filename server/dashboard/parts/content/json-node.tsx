import { useState } from 'react';
import type { Json } from 'millrace/shared/types/json.js';
import { sharedText } from '../../text/shared-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { truncateText, escapeInvisible } from '../basics/escape-invisible.js';
import { formatNumber } from '../records/format.js';
import styles from './content.module.css';

const initialEntryCount = 100;
const maxStringLength = 1000;
/** Objects and arrays at this depth or deeper are initially collapsed. */
const collapseDepth = 2;

interface NodeProps {
  readonly name: string | null;
  readonly value: Json;
  readonly depth: number;
}

export function JsonNode({ name, value, depth }: NodeProps) {
  if (typeof value === 'object' && value !== null) return <Branch name={name} value={value} depth={depth} />;
  return (
    <div className={styles['leaf']}>
      <Key name={name} />
      <Leaf value={value} />
    </div>
  );
}

function Branch({ name, value, depth }: NodeProps & { readonly value: object }) {
  const text = useText(sharedText);
  const entries = Object.entries<Json>(value as Record<string, Json>);
  const [isOpen, setOpen] = useState(depth < collapseDepth && entries.length <= initialEntryCount);
  const [shownCount, setShownCount] = useState(initialEntryCount);
  const [openBracket, closeBracket] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) {
    return (
      <div className={styles['leaf']}>
        <Key name={name} />
        {openBracket}
        {closeBracket}
      </div>
    );
  }
  return (
    <div>
      <button type="button" className={styles['toggle']} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> <Key name={name} />
        <span className={styles['count']}>{`${openBracket}${entries.length}${closeBracket}`}</span>
      </button>
      {isOpen && (
        <div className={styles['children']}>
          {entries.slice(0, shownCount).map(([key, child]) => (
            <JsonNode key={key} name={key} value={child} depth={depth + 1} />
          ))}
          {entries.length > shownCount && (
            <Button kind="quiet" onClick={() => setShownCount(shownCount + 10 * initialEntryCount)}>
              {text.moreEntries(entries.length - shownCount)}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

const Key = ({ name }: { readonly name: string | null }) =>
  name === null ? null : (
    <>
      <bdi className={styles['key']}>{escapeInvisible(truncateText(name, maxStringLength))}</bdi>
      {': '}
    </>
  );

function Leaf({ value }: { readonly value: string | number | boolean | null }) {
  const text = useText(sharedText);
  const { language } = useLanguage();
  const [isExpanded, setExpanded] = useState(false);
  if (typeof value !== 'string') return <span className={styles['literal']}>{String(value)}</span>;
  const shownText = isExpanded ? value : truncateText(value, maxStringLength);
  return (
    <>
      <bdi className={styles['string']}>{escapeInvisible(JSON.stringify(shownText))}</bdi>
      {shownText.length < value.length && (
        <Button kind="quiet" onClick={() => setExpanded(true)}>
          {text.showAllCharacters(formatNumber(value.length, language))}
        </Button>
      )}
    </>
  );
}

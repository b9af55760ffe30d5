import { useState } from 'react';
import type { Json } from 'millrace/shared/types/json.js';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { CopyButton } from '../basics/copy-button.js';
import { SegmentedControl } from '../basics/segmented.js';
import styles from './content.module.css';
import { JsonNode } from './json-node.js';
import { TextView } from './text-view.js';

export interface JsonViewProps {
  readonly value: Json;
  /** The name of the value, for ARIA labels. */
  readonly label: string;
}

/** A JSON value as a tree or as text. A primitive value is shown as text only. */
export function JsonView({ value, label }: JsonViewProps) {
  const text = useText(sharedText);
  const [view, setView] = useState<'tree' | 'text'>('tree');
  const formattedValue = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const canShowTree = typeof value === 'object' && value !== null;
  return (
    <div className={styles['view']}>
      <div className={styles['tools']}>
        {canShowTree && (
          <SegmentedControl
            label={label}
            value={view}
            options={[
              { value: 'tree', label: text.asTree },
              { value: 'text', label: text.asText },
            ]}
            onChange={setView}
          />
        )}
        <CopyButton kind="quiet" value={formattedValue} valueName={label} />
      </div>
      {canShowTree && view === 'tree' ? (
        <div className={styles['tree']} tabIndex={0} role="region" aria-label={label}>
          <JsonNode name={null} value={value} depth={0} />
        </div>
      ) : (
        <TextView label={label}>{formattedValue}</TextView>
      )}
    </div>
  );
}

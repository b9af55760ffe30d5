import { useMemo, useState } from 'react';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { Dialog } from '../feedback/dialog.js';
import type { Column } from './column.js';
import { useUrlFilters } from './url-filters.js';
import styles from './column-choice.module.css';

const filterNames = ['columns'] as const;

/**
 * Reads and sets the columns of a table, which are in the URL: `?columns=state,name`. Chosen columns are shown at every width; the
 * default columns include some that a narrow table hides.
 */
export function useColumnChoice<Row>(all: readonly Column<Row>[]) {
  const [{ columns: chosen }, setFilters] = useUrlFilters(filterNames);
  const columns = useMemo(() => {
    const keys = new Set(chosen?.split(','));
    const known = all.filter(({ key }) => keys.has(key));
    if (known.length === 0) return all.filter(({ isExtra }) => !isExtra);
    return known.map((column) => ({ ...column, hideBelow: 0 }));
  }, [all, chosen]);
  const choose = (keys: readonly string[] | undefined) => setFilters({ columns: keys?.join(',') });
  return { columns, choose };
}

export interface ColumnChoiceProps<Row> {
  readonly all: readonly Column<Row>[];
  readonly columns: readonly Column<Row>[];
  /** @param keys `undefined` for the default columns. */
  readonly onChoose: (keys: readonly string[] | undefined) => void;
}

export function ColumnChoice<Row>({ all, columns, onChoose }: ColumnChoiceProps<Row>) {
  const text = useText(partsText);
  const [isOpen, setOpen] = useState(false);
  const shown = new Set(columns.map(({ key }) => key));
  const toggle = (key: string) => {
    const next = new Set(shown);
    if (!next.delete(key)) next.add(key);
    onChoose(all.flatMap((column) => (next.has(column.key) ? [column.key] : [])));
  };
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text.columns}</Button>
      {isOpen && (
        <Dialog
          title={text.columns}
          onClose={() => setOpen(false)}
          actions={
            <>
              <Button onClick={() => onChoose(undefined)}>{text.reset}</Button>
              <Button kind="primary" onClick={() => setOpen(false)}>
                {text.close}
              </Button>
            </>
          }
        >
          <ul className={styles['choice']}>
            {all.map(({ key, header }) => (
              <li key={key}>
                <label>
                  <input
                    type="checkbox"
                    checked={shown.has(key)}
                    // a table keeps at least one column
                    disabled={shown.has(key) && shown.size === 1}
                    onChange={() => toggle(key)}
                  />
                  {header}
                </label>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}

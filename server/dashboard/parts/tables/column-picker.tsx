import { useMemo, useState } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { Dialog } from '../feedback/dialog.js';
import type { Column } from './column.js';
import { useUrlFilters } from './url-filters.js';
import styles from './column-picker.module.css';

const filterNames = ['columns'] as const;

/**
 * Returns the visible columns of a table, and a function that changes them. The URL stores the choice: `?columns=state,name`. Chosen
 * columns are visible at every width. Default columns are hidden below their `hideBelow` width.
 */
export function useVisibleColumns<Row>(allColumns: readonly Column<Row>[]) {
  const [{ columns: chosenKeys }, setFilters] = useUrlFilters(filterNames);
  const columns = useMemo(() => {
    const keys = new Set(chosenKeys?.split(','));
    const matching = allColumns.filter(({ key }) => keys.has(key));
    if (matching.length === 0) return allColumns.filter(({ isHiddenByDefault }) => !isHiddenByDefault);
    return matching.map((column) => ({ ...column, hideBelow: 0 }));
  }, [allColumns, chosenKeys]);
  const setColumns = (keys: readonly string[] | undefined) => setFilters({ columns: keys?.join(',') });
  return { columns, setColumns };
}

export interface ColumnPickerProps<Row> {
  readonly allColumns: readonly Column<Row>[];
  readonly columns: readonly Column<Row>[];
  /** @param keys `undefined` for the default columns. */
  readonly onChange: (keys: readonly string[] | undefined) => void;
}

export function ColumnPicker<Row>({ allColumns, columns, onChange }: ColumnPickerProps<Row>) {
  const text = useText(sharedText);
  const [isOpen, setOpen] = useState(false);
  const shownKeys = new Set(columns.map(({ key }) => key));
  const toggle = (key: string) => {
    const next = new Set(shownKeys);
    if (!next.delete(key)) next.add(key);
    onChange(allColumns.flatMap((column) => (next.has(column.key) ? [column.key] : [])));
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
              <Button onClick={() => onChange(undefined)}>{text.reset}</Button>
              <Button kind="primary" onClick={() => setOpen(false)}>
                {text.close}
              </Button>
            </>
          }
        >
          <ul className={styles['choice']}>
            {allColumns.map(({ key, header }) => (
              <li key={key}>
                <label>
                  <input
                    type="checkbox"
                    checked={shownKeys.has(key)}
                    // the last visible column cannot be hidden
                    disabled={shownKeys.has(key) && shownKeys.size === 1}
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

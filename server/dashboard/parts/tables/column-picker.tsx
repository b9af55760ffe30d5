import { useMemo, useState } from 'react';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { Dialog } from '../feedback/dialog.js';
import type { Column } from './column.js';
import { useUrlParams } from './url-params.js';
import styles from './column-picker.module.css';

const urlParamNames = ['columns'] as const;

/**
 * Returns the columns that the user chose, or the default columns if the user chose none, and a function that changes the choice. The URL
 * stores the choice: `?columns=state,name`. `hideBelow` applies only to the default columns.
 */
export function useVisibleColumns<Row>(allColumns: readonly Column<Row>[]) {
  const [{ columns: chosenKeys }, setUrlParams] = useUrlParams(urlParamNames);
  const columns = useMemo(() => {
    const keys = new Set(chosenKeys?.split(','));
    const chosenColumns = allColumns.filter(({ key }) => keys.has(key));
    if (chosenColumns.length === 0) return allColumns.filter(({ isHiddenByDefault }) => !isHiddenByDefault);
    return chosenColumns.map((column) => ({ ...column, hideBelow: 0 }));
  }, [allColumns, chosenKeys]);
  const setColumns = (keys: readonly string[] | undefined) => setUrlParams({ columns: keys?.join(',') });
  return { columns, setColumns };
}

export interface ColumnPickerProps<Row> {
  readonly allColumns: readonly Column<Row>[];
  readonly columns: readonly Column<Row>[];
  /** @param keys `undefined` restores the default columns. */
  readonly onChange: (keys: readonly string[] | undefined) => void;
}

export function ColumnPicker<Row>({ allColumns, columns, onChange }: ColumnPickerProps<Row>) {
  const text = useText(sharedText);
  const [isOpen, setOpen] = useState(false);
  const selectedKeys = new Set(columns.map(({ key }) => key));
  const toggle = (key: string) => {
    const nextKeys = new Set(selectedKeys);
    if (!nextKeys.delete(key)) nextKeys.add(key);
    onChange(allColumns.flatMap((column) => (nextKeys.has(column.key) ? [column.key] : [])));
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
                    checked={selectedKeys.has(key)}
                    // the only selected column cannot be deselected
                    disabled={selectedKeys.has(key) && selectedKeys.size === 1}
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

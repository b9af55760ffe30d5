import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import styles from './sort-button.module.css';

export interface SortButtonProps {
  readonly name: string;
  readonly label: string;
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
}

/** A button in a column header that sorts the table by the column. The first click sorts in descending order. */
export function SortButton({ name, label, sort, onSort }: SortButtonProps) {
  const text = useText(sharedText);
  const arrow = sort === name ? ' ↑' : sort === `-${name}` ? ' ↓' : '';
  return (
    <button
      type="button"
      className={styles['sort']}
      title={text.sortBy(label)}
      onClick={() => onSort(sort === `-${name}` ? name : `-${name}`)}
    >
      {label}
      <span aria-hidden="true">{arrow}</span>
    </button>
  );
}

/** Returns the value of `aria-sort` for a column. @param name The column's name in `sort`. */
export function ariaSortOf(name: string | undefined, sort: string | undefined): 'ascending' | 'descending' | undefined {
  if (name === undefined || sort === undefined) return undefined;
  if (sort === name) return 'ascending';
  return sort === `-${name}` ? 'descending' : undefined;
}

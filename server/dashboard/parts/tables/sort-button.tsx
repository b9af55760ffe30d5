import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import styles from './sort-button.module.css';

export interface SortButtonProps {
  readonly name: string;
  readonly label: string;
  readonly sort: string | undefined;
  readonly onSort: (sort: string) => void;
}

/** Sorts by a column. The first click sorts descending: the newest or the slowest first. */
export function SortButton({ name, label, sort, onSort }: SortButtonProps) {
  const text = useText(partsText);
  const mark = sort === name ? ' ↑' : sort === `-${name}` ? ' ↓' : '';
  return (
    <button
      type="button"
      className={styles['sort']}
      title={text.sortBy(label)}
      onClick={() => onSort(sort === `-${name}` ? name : `-${name}`)}
    >
      {label}
      <span aria-hidden="true">{mark}</span>
    </button>
  );
}

/** Returns the `aria-sort` of a column. @param name The column's name for sorting. */
export function orderOf(name: string | undefined, sort: string | undefined): 'ascending' | 'descending' | undefined {
  if (name === undefined || sort === undefined) return undefined;
  if (sort === name) return 'ascending';
  return sort === `-${name}` ? 'descending' : undefined;
}

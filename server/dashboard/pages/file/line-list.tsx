import { LongText } from './long-text.js';
import styles from './file.module.css';

/** The numbers of the first and the last line of a range, from 1. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export interface LineListProps {
  readonly lines: readonly string[];
  readonly highlightedRange?: LineRange | undefined;
  /** Called with the number of the line under the pointer; `undefined` when the pointer leaves the list. */
  readonly onLine?: (line: number | undefined) => void;
}

/** The lines of a text with their numbers. */
export function LineList({ lines, highlightedRange: range, onLine }: LineListProps) {
  return (
    <ol className={styles['lines']} dir="auto" onPointerLeave={() => onLine?.(undefined)}>
      {lines.map((line, index) => (
        <li
          key={index}
          data-line={index + 1}
          data-highlighted={(range && range.first <= index + 1 && index + 1 <= range.last) || undefined}
          onPointerEnter={() => onLine?.(index + 1)}
        >
          <span className={styles['number']} aria-hidden="true">
            {index + 1}
          </span>
          <LongText>{line}</LongText>
        </li>
      ))}
    </ol>
  );
}

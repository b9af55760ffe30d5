import { ExpandableText } from './expandable-text.js';
import styles from './file.module.css';

/** The 1-based numbers of the first and last line of a range. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export interface LineListProps {
  readonly lines: readonly string[];
  readonly highlightedRange?: LineRange | undefined;
  /** Called with the number of the line under the pointer; `undefined` when the pointer leaves the list. */
  readonly onHoverLine?: (line: number | undefined) => void;
}

/** The lines of a text with their numbers. */
export function LineList({ lines, highlightedRange: range, onHoverLine }: LineListProps) {
  return (
    <ol className={styles['lines']} dir="auto" onPointerLeave={() => onHoverLine?.(undefined)}>
      {lines.map((line, index) => (
        <li
          key={index}
          data-line={index + 1}
          data-highlighted={(range && range.first <= index + 1 && index + 1 <= range.last) || undefined}
          onPointerEnter={() => onHoverLine?.(index + 1)}
        >
          <span className={styles['number']} aria-hidden="true">
            {index + 1}
          </span>
          <ExpandableText>{line}</ExpandableText>
        </li>
      ))}
    </ol>
  );
}

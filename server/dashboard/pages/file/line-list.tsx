import { LongText } from './long-text.js';
import styles from './file.module.css';

export interface LineListProps {
  readonly lines: readonly string[];
  /** The first and the last highlighted line, from 1. */
  readonly range?: readonly [number, number] | undefined;
  readonly onLine?: (line: number | undefined) => void;
}

/** The lines of a text with their numbers. */
export function LineList({ lines, range, onLine }: LineListProps) {
  return (
    <ol className={styles['lines']} dir="auto" onPointerLeave={() => onLine?.(undefined)}>
      {lines.map((line, index) => (
        <li
          key={index}
          data-line={index + 1}
          data-lit={(range && range[0] <= index + 1 && index + 1 <= range[1]) || undefined}
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

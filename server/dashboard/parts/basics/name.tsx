import styles from './name.module.css';
import { truncateText, visibleText } from './visible-text.js';

const maxLength = 500;
const endLength = 8;

/** A name of any length. A name that does not fit is truncated in the middle. The tooltip shows up to 500 characters. */
export function Name({ children, strong = false }: { readonly children: string; readonly strong?: boolean }) {
  const text = visibleText(truncateText(children, maxLength));
  const end = text.length > 3 * endLength ? text.slice(-endLength) : '';
  return (
    <bdi className={styles['name']} data-strong={strong || undefined} title={text}>
      <span className={styles['start']}>{end === '' ? text : text.slice(0, -endLength)}</span>
      {end !== '' && <span className={styles['end']}>{end}</span>}
    </bdi>
  );
}

import styles from './name.module.css';
import { truncateText, escapeInvisible } from './escape-invisible.js';

const maxLength = 500;
const endLength = 8;

/**
 * Shows a name, truncated to 500 characters. If the name is too wide for its container, an ellipsis replaces its middle, or the end of a
 * name of at most 24 characters. The tooltip shows the name without the ellipsis.
 */
export function Name({ children, strong = false }: { readonly children: string; readonly strong?: boolean }) {
  const text = escapeInvisible(truncateText(children, maxLength));
  const end = text.length > 3 * endLength ? text.slice(-endLength) : '';
  return (
    <bdi className={styles['name']} data-strong={strong || undefined} title={text}>
      <span className={styles['start']}>{end === '' ? text : text.slice(0, -endLength)}</span>
      {end !== '' && <span className={styles['end']}>{end}</span>}
    </bdi>
  );
}

import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import styles from './progress-bar.module.css';

/** @param percent From 0 to 100; `null` if the progress is unknown. */
export function ProgressBar({ percent, label }: { readonly percent: number | null; readonly label?: string }) {
  const text = useText(sharedText);
  return (
    <div
      className={styles['track']}
      role="progressbar"
      aria-label={label ?? text.progress}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent ?? undefined}
    >
      <div
        className={styles['bar']}
        data-unknown={percent === null || undefined}
        style={{ width: `${percent ?? 100}%` }}
      />
    </div>
  );
}

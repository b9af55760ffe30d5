import { useConnection, useLiveStats } from '../data/live/live.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import styles from './shell.module.css';

/** Across the page while the server is not reachable. */
export function ConnectionBanner() {
  const text = useText(shellText);
  const connection = useConnection();
  return <div role="status">{connection === 'lost' && <p className={styles['banner']}>{text.lost}</p>}</div>;
}

/** `● live · 127.0.0.1:8418` */
export function ConnectionMark() {
  const text = useText(shellText);
  const connection = useConnection();
  return (
    <p className={styles['connection']}>
      <span className={styles['dot']} data-connection={connection} aria-hidden="true" />
      {text.connection[connection]} · {location.host}
    </p>
  );
}

/** `12 running`, beside the runs' entry. */
export function RunningCount() {
  const text = useText(shellText);
  const running = useLiveStats()?.runs.running ?? 0;
  return running === 0 ? null : <span className={styles['aside']}>{text.running(running)}</span>;
}

import { useConnectionState, useLiveStats } from '../data/live/live.js';
import { useText } from '../text/language.js';
import { shellText } from '../text/shell.js';
import styles from './shell.module.css';

/** A banner that is visible while the connection to the server is lost. */
export function ConnectionBanner() {
  const text = useText(shellText);
  const connection = useConnectionState();
  return <div role="status">{connection === 'lost' && <p className={styles['banner']}>{text.connectionLost}</p>}</div>;
}

/** The connection status and the server's host: `● live · 127.0.0.1:8418`. */
export function ConnectionStatus() {
  const text = useText(shellText);
  const connection = useConnectionState();
  return (
    <p className={styles['connection']}>
      <span className={styles['dot']} data-connection={connection} aria-hidden="true" />
      {text.connection[connection]} · {location.host}
    </p>
  );
}

/** The number of runs in progress, for the navigation: `12 running`. Renders nothing if the number is 0 or unknown. */
export function RunningCount() {
  const text = useText(shellText);
  const count = useLiveStats()?.runs.running ?? 0;
  return count === 0 ? null : <span className={styles['running-count']}>{text.running(count)}</span>;
}

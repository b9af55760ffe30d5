import { UnreachableError } from '../../data/api.js';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { Button } from '../basics/button.js';
import { escapeInvisible } from '../basics/escape-invisible.js';
import { StateIcon } from '../records/state-icon.js';
import styles from './feedback.module.css';

export interface ErrorStateProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** Whether to omit the heading, for use below a form or in a dialog. */
  readonly brief?: boolean;
}

/** An error message. For an {@link UnreachableError}, it says that the server is not reachable. */
export function ErrorState({ error, onRetry, brief = false }: ErrorStateProps) {
  const text = useText(sharedText);
  const isUnreachable = error instanceof UnreachableError;
  const message = isUnreachable ? text.unreachable : error instanceof Error ? error.message : String(error);
  return (
    <div className={brief ? styles['brief'] : styles['state']} role="alert">
      {!brief && <p className={styles['heading']}>{text.failedToLoad}</p>}
      <p className={styles['error']}>
        <StateIcon name="failed" /> <span>{escapeInvisible(message)}</span>
      </p>
      {onRetry && <Button onClick={onRetry}>{text.tryAgain}</Button>}
    </div>
  );
}

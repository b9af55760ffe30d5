import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import styles from './worker-status.module.css';

/** The status of a worker: a dot, filled if the worker is online, and a label. */
export function WorkerStatus({ status }: Pick<WorkerRecord, 'status'>) {
  const text = useText(sharedText);
  return (
    <span className={styles['state']} data-online={status === 'online' || undefined}>
      {text.workerStates[status]}
    </span>
  );
}

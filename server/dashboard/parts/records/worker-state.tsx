import type { WorkerRecord } from 'millrace/shared/types/worker.js';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import styles from './worker-state.module.css';

/** Whether a worker is online: a filled or an empty dot, and a text. */
export function WorkerState({ status }: Pick<WorkerRecord, 'status'>) {
  const text = useText(partsText);
  return (
    <span className={styles['state']} data-online={status === 'online' || undefined}>
      {text.workerStates[status]}
    </span>
  );
}

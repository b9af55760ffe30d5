import type { BatchDetails } from 'millrace/shared/runs/batch-status.js';
import { Link } from 'wouter';
import { useHasRole } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { Panel } from '../../parts/basics/panel.js';
import { truncateText, escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { formatNumber } from '../../parts/records/format.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { batchesText } from '../../text/batches.js';
import { useLanguage, useText } from '../../text/language.js';
import styles from './batch.module.css';

const maxMessageLength = 400;

interface FailureGroupsProps {
  readonly batch: BatchDetails;
  readonly onRetry: (fingerprint: string) => void;
}

/** The failures of a batch's files, grouped by reason, most frequent first. */
export function FailureGroups({ batch, onRetry }: FailureGroupsProps) {
  const text = useText(batchesText);
  const { language } = useLanguage();
  const isOperator = useHasRole('operator');
  return (
    <Panel title={text.failureReasons}>
      {batch.failures.length === 0 && <p className={styles['quiet']}>{text.noFailures}</p>}
      {batch.failures.map(({ fingerprint, count, step, message, example, file }) => {
        const reason = message === null ? text.noReason : escapeInvisible(truncateText(message, maxMessageLength));
        return (
          <div key={fingerprint} className={styles['group']}>
            <StateBadge state="failed" label={formatNumber(count, language)} />
            <div>
              <p>{example === null ? reason : <Link href={`/runs/${example}`}>{reason}</Link>}</p>
              <p className={styles['quiet']}>
                {step !== null && text.atStep(escapeInvisible(step))}{' '}
                {file !== null && text.exampleFile(escapeInvisible(file))}
              </p>
            </div>
            {isOperator && example !== null && (
              <Button aria-label={text.retryFailedWith(reason)} onClick={() => onRetry(fingerprint)}>
                {text.retryFailed}
              </Button>
            )}
          </div>
        );
      })}
    </Panel>
  );
}

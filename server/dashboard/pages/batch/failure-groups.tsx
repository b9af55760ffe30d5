import type { BatchDetails } from 'millrace/shared/runs/batch-status.js';
import { Link } from 'wouter';
import { useCan } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { Panel } from '../../parts/basics/panel.js';
import { cutText, visibleText } from '../../parts/basics/visible-text.js';
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

/** The reasons why files of a batch failed, the most frequent first. */
export function FailureGroups({ batch, onRetry }: FailureGroupsProps) {
  const text = useText(batchesText);
  const { language } = useLanguage();
  const mayAct = useCan('operator');
  return (
    <Panel title={text.why}>
      {batch.failures.length === 0 && <p className={styles['quiet']}>{text.noFailures}</p>}
      {batch.failures.map(({ fingerprint, count, step, message, example, file }) => {
        const reason = message === null ? text.noReason : visibleText(cutText(message, maxMessageLength));
        return (
          <div key={fingerprint} className={styles['group']}>
            <StateBadge state="failed" label={formatNumber(count, language)} />
            <div>
              <p>{example === null ? reason : <Link href={`/runs/${example}`}>{reason}</Link>}</p>
              <p className={styles['quiet']}>
                {step !== null && text.at(visibleText(step))} {file !== null && text.example(visibleText(file))}
              </p>
            </div>
            {mayAct && example !== null && (
              <Button aria-label={text.retryOf(reason)} onClick={() => onRetry(fingerprint)}>
                {text.retry}
              </Button>
            )}
          </div>
        );
      })}
    </Panel>
  );
}

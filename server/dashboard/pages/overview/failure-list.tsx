import type { FailureGroup } from 'millrace/shared/runs/run-stats.js';
import { useState } from 'react';
import { Link } from 'wouter';
import type { BulkAction } from 'millrace/shared/types/bulk.js';
import { useHasRole } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { truncateText, escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { BulkDialog } from '../../parts/bulk/bulk-dialog.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Time } from '../../parts/records/time.js';
import { useLanguage, useText } from '../../text/language.js';
import { localeOf } from '../../text/define-text.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

const maxGroups = 8;
const maxMessageLength = 400;

/** The bulk action in the open dialog. */
interface PendingAction {
  readonly action: BulkAction;
  readonly fingerprint: string;
  /** The value of {@link FailureListProps.since} when the dialog was opened. */
  readonly since: string;
}

export interface FailureListProps {
  readonly groups: readonly FailureGroup[];
  /** The start of the period, in ISO 8601. */
  readonly since: string;
}

/** The most frequent reasons why runs failed or crashed, at most `maxGroups`. */
export function FailureList({ groups, since }: FailureListProps) {
  const text = useText(overviewText);
  const { language } = useLanguage();
  const isOperator = useHasRole('operator');
  const [pendingAction, setPendingAction] = useState<PendingAction>();
  return (
    <Panel title={text.failureReasons} className={styles['failures']}>
      {groups.length === 0 && <p className={styles['quiet']}>{text.noFailures}</p>}
      {groups.slice(0, maxGroups).map((group) => (
        <div key={group.fingerprint} className={styles['group']}>
          <Link href={`/runs?${new URLSearchParams({ fingerprint: group.fingerprint, since }).toString()}`}>
            <StateBadge state="failed" label={group.count.toLocaleString(localeOf(language))} />
          </Link>
          <div>
            <div className={styles['subject']}>
              <Name strong>{group.of}</Name>
              {group.step !== null && (
                <span className={styles['quiet']}>{text.atStep(escapeInvisible(group.step))}</span>
              )}
            </div>
            <p>
              <Link href={`/runs/${group.example}`} title={text.example}>
                {group.message === null
                  ? text.noReason
                  : escapeInvisible(truncateText(group.message, maxMessageLength))}
              </Link>
            </p>
          </div>
          <div className={styles['times']}>
            {text.first} <Time at={group.first} />
            <br />
            {text.last} <Time at={group.last} />
          </div>
          {isOperator && (
            <div className={styles['actions']}>
              {(['resume', 'rerun'] as const).map((action) => (
                <Button
                  key={action}
                  aria-label={`${text[`${action}All`]}: ${group.of}`}
                  onClick={() => setPendingAction({ action, fingerprint: group.fingerprint, since })}
                >
                  {text[`${action}All`]}
                </Button>
              ))}
            </div>
          )}
        </div>
      ))}
      {pendingAction && (
        <BulkDialog
          action={pendingAction.action}
          target={{ filter: { fingerprint: pendingAction.fingerprint, since: pendingAction.since } }}
          onClose={() => setPendingAction(undefined)}
        />
      )}
    </Panel>
  );
}

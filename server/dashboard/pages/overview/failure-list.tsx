import type { FailureGroup } from 'millrace/shared/runs/run-stats.js';
import { useState } from 'react';
import { Link } from 'wouter';
import type { BulkAction } from 'millrace/shared/types/bulk.js';
import { useCan } from '../../data/session.js';
import { Button } from '../../parts/basics/button.js';
import { Name } from '../../parts/basics/name.js';
import { Panel } from '../../parts/basics/panel.js';
import { cutText, visibleText } from '../../parts/basics/visible-text.js';
import { BulkDialog } from '../../parts/bulk/bulk-dialog.js';
import { StateBadge } from '../../parts/records/state-badge.js';
import { Time } from '../../parts/records/time.js';
import { useText, useLanguage } from '../../text/language.js';
import { localeOf } from '../../text/define-text.js';
import { overviewText } from '../../text/overview.js';
import styles from './overview.module.css';

const shownGroups = 8;
const maxMessage = 400;

interface Asked {
  readonly action: BulkAction;
  readonly fingerprint: string;
}

export interface FailureListProps {
  readonly groups: readonly FailureGroup[];
  /** Since when they are counted. ISO 8601. */
  readonly since: string | undefined;
}

/** The reasons why runs failed, the most frequent first. */
export function FailureList({ groups, since }: FailureListProps) {
  const text = useText(overviewText);
  const { language } = useLanguage();
  const mayAct = useCan('operator');
  const [asked, setAsked] = useState<Asked>();
  return (
    <Panel title={text.why} className={styles['failures']}>
      {groups.length === 0 && <p className={styles['quiet']}>{text.noFailures}</p>}
      {groups.slice(0, shownGroups).map((group) => (
        <div key={group.fingerprint} className={styles['group']}>
          <Link
            href={`/runs?${new URLSearchParams({ fingerprint: group.fingerprint, ...(since && { since }) }).toString()}`}
          >
            <StateBadge state="failed" label={group.count.toLocaleString(localeOf(language))} />
          </Link>
          <div>
            <div className={styles['what']}>
              <Name strong>{group.of}</Name>
              {group.step !== null && <span className={styles['quiet']}>{text.at(visibleText(group.step))}</span>}
            </div>
            <p>
              <Link href={`/runs/${group.example}`} title={text.example}>
                {group.message === null ? text.noReason : visibleText(cutText(group.message, maxMessage))}
              </Link>
            </p>
          </div>
          <div className={styles['when']}>
            {text.first} <Time at={group.first} />
            <br />
            {text.last} <Time at={group.last} />
          </div>
          {mayAct && (
            <div className={styles['actions']}>
              {(['resume', 'rerun'] as const).map((action) => (
                <Button
                  key={action}
                  aria-label={`${text[`${action}All`]}: ${group.of}`}
                  onClick={() => setAsked({ action, fingerprint: group.fingerprint })}
                >
                  {text[`${action}All`]}
                </Button>
              ))}
            </div>
          )}
        </div>
      ))}
      {asked && (
        <BulkDialog
          action={asked.action}
          target={{ filter: { fingerprint: asked.fingerprint } }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </Panel>
  );
}

import { Link } from 'wouter';
import type { ReactNode } from 'react';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus, RunSummary } from 'millrace/shared/runs/run-status.js';
import { useFile } from '../../data/file.js';
import { Name } from '../../parts/basics/name.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { ProgressBar } from '../../parts/basics/progress-bar.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { FileLink, RunLink } from '../../parts/records/links.js';
import { StateBadge, WarningBadge } from '../../parts/records/state-badge.js';
import { Duration, ExpiryFact, Time } from '../../parts/records/time.js';
import { WorkerName } from '../../parts/records/worker-name.js';
import { localeOf } from '../../text/define-text.js';
import { useLanguage, useText } from '../../text/language.js';
import { runText } from '../../text/run.js';
import styles from './run.module.css';

export interface RunHeaderProps {
  readonly run: RunStatus;
  readonly childRuns: readonly RunSummary[];
  readonly actions: ReactNode;
}

export function RunHeader({ run, childRuns, actions }: RunHeaderProps) {
  const text = useText(runText);
  return (
    <>
      <PageHeader
        tabTitle={`${run.of} ${run.name}`}
        breadcrumb={
          <>
            <Link href="/runs">{text.runs}</Link> /{' '}
            <Link href={`/runs?of=${encodeURIComponent(run.of)}`}>{escapeInvisible(run.of)}</Link>
          </>
        }
        title={
          <>
            <Name>{run.of}</Name>
            <span className={styles['name']}>
              <Name>{run.name}</Name>
            </span>
            <StateBadge state={run.state} late={run.late} />
            <WarningBadge count={run.warningCount} />
          </>
        }
        subtitle={<Facts run={run} childRuns={childRuns} />}
        actions={actions}
      />
      {run.waitsFor !== null && <p className={styles['waits']}>{escapeInvisible(run.waitsFor)}</p>}
      {!isFinalState(run.state) && <RunProgress progress={run.progress} />}
    </>
  );
}

function Facts({ run, childRuns }: Omit<RunHeaderProps, 'actions'>) {
  const { facts } = useText(runText);
  return (
    <>
      {run.startedAt === null ? (
        <span>
          {facts.created} <Time at={run.createdAt} />
        </span>
      ) : (
        <>
          <span>
            {facts.started} <Time at={run.startedAt} />
          </span>
          <Duration ms={run.durationMs} since={run.finishedAt === null ? run.startedAt : null} />
        </>
      )}
      {run.scheduledFor !== null && run.startedAt === null && (
        <span>
          {facts.scheduledFor} <Time at={run.scheduledFor} />
        </span>
      )}
      {run.worker !== null && (
        <Link href={`/runs?worker=${encodeURIComponent(run.worker)}`}>
          {facts.worker} <WorkerName id={run.worker} />
        </Link>
      )}
      {run.attempt !== null && <span>{facts.attempt(run.attempt)}</span>}
      {run.version !== null && <span>{facts.version(escapeInvisible(run.version))}</span>}
      {run.priority > 0 && <span>{facts.priority(run.priority)}</span>}
      {run.parent !== null && <RunLink id={run.parent} name={facts.parent} />}
      {run.rerunOf !== null && <RunLink id={run.rerunOf} name={`${facts.rerunOf} ${run.rerunOf.slice(0, 8)}`} />}
      {childRuns.length > 0 && <Link href={`/runs?parent=${run.requestId}`}>{facts.children(childRuns.length)}</Link>}
      {run.batch !== null && <Link href={`/batches/${run.batch}`}>{facts.batch}</Link>}
      {run.fileId !== null && <FileFact id={run.fileId} />}
      {run.fileId !== null && <ExpiryFact at={run.expiresAt} />}
    </>
  );
}

function FileFact({ id }: { readonly id: string }) {
  const { facts } = useText(runText);
  const { data } = useFile(id);
  return (
    <FileLink id={id}>
      {facts.file} {data && <Name>{data.fileName}</Name>}
    </FileLink>
  );
}

function RunProgress({ progress: { percent, message } }: Pick<RunStatus, 'progress'>) {
  const { language } = useLanguage();
  const percentText =
    percent === null ? undefined : (Math.floor(percent) / 100).toLocaleString(localeOf(language), { style: 'percent' });
  const parts = [percentText, message && escapeInvisible(message)].filter(Boolean);
  if (percent === null && parts.length === 0) return null;
  return (
    <div className={styles['progress']}>
      <ProgressBar percent={percent} />
      <span>{parts.join(' · ')}</span>
    </div>
  );
}

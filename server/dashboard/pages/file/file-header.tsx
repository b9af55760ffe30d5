import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { RunStatus } from 'millrace/shared/runs/run-status.js';
import type { FileStatus } from '../../data/file.js';
import { Name } from '../../parts/basics/name.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { ProgressBar } from '../../parts/basics/progress-bar.js';
import { escapeInvisible } from '../../parts/basics/escape-invisible.js';
import { RunLink } from '../../parts/records/links.js';
import { StateBadge, WarningBadge } from '../../parts/records/state-badge.js';
import { Duration, ExpiryFact } from '../../parts/records/time.js';
import { fileText } from '../../text/file.js';
import { useText } from '../../text/language.js';
import { modulesOf } from './file-modules.js';
import styles from './file.module.css';

export interface FileHeaderProps {
  readonly file: FileStatus;
  /** `undefined` until the run is loaded. */
  readonly run: RunStatus | undefined;
  readonly actions: ReactNode;
}

const badgeStates = { processing: 'running', ready: 'completed', failed: 'failed' } as const;

export function FileHeader({ file, run, actions }: FileHeaderProps) {
  const text = useText(fileText);
  const pipelineRunsUrl = `/runs?of=${encodeURIComponent(file.pipeline)}`;
  return (
    <>
      <PageHeader
        tabTitle={escapeInvisible(file.fileName)}
        breadcrumb={<Name>{[text.files, ...file.symbolicDirectoryPath.split('/').filter(Boolean)].join(' / ')}</Name>}
        title={
          <>
            <Name>{file.fileName}</Name>
            {/* a `ready` file stays `ready` during a rerun, so show the state of the run */}
            {run && !isFinalState(run.state) ? (
              <StateBadge state={run.state} late={run.late} />
            ) : (
              <StateBadge state={badgeStates[file.state]} label={text.states[file.state]} />
            )}
            {run && <WarningBadge count={run.warningCount} />}
          </>
        }
        subtitle={
          <>
            <Link href={pipelineRunsUrl}>{text.pipeline(escapeInvisible(file.pipeline))}</Link>
            <span>
              {modulesOf(file)
                .map(({ name }) => escapeInvisible(name))
                .join(' → ')}
            </span>
            {run && <Duration ms={run.durationMs} since={run.finishedAt === null ? run.startedAt : null} />}
            <ExpiryFact at={file.expiresAt} />
            <RunLink id={file.requestId} name={text.openRun} />
          </>
        }
        actions={actions}
      />
      {run && !isFinalState(run.state) && (
        <div className={styles['progress']}>
          <ProgressBar percent={run.progress.percent} />
          {run.waitsFor !== null && <span>{escapeInvisible(run.waitsFor)}</span>}
        </div>
      )}
    </>
  );
}

import { useParams } from 'wouter';
import { ServerError } from '../../data/api.js';
import { useFile, type FileStatus } from '../../data/file.js';
import { useRun } from '../../data/run.js';
import { PageHeader } from '../../parts/basics/page-header.js';
import { Stack } from '../../parts/basics/stack.js';
import { EmptyState } from '../../parts/feedback/empty-state.js';
import { ErrorState } from '../../parts/feedback/error-state.js';
import { RunErrorView } from '../../parts/outcome/run-error.js';
import { Warnings } from '../../parts/outcome/warnings.js';
import { fileText } from '../../text/file.js';
import { useText } from '../../text/language.js';
import { sharedText } from '../../text/shared-text.js';
import { FileActions } from './actions/file-actions.js';
import { FileColumns } from './file-columns.js';
import { FileHeader } from './file-header.js';
import styles from './file.module.css';

export function FilePage() {
  const { id } = useParams<{ id: string }>();
  const text = useText(fileText);
  const shared = useText(sharedText);
  const { data: file, error, refetch } = useFile(id);
  if (error instanceof ServerError && error.status === 404)
    return (
      <>
        <PageHeader title={text.notFoundTitle} />
        <EmptyState title={error.message} />
      </>
    );
  if (file) return <LoadedFile key={id} file={file} />;
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  return <p role="status">{shared.loading}</p>;
}

function LoadedFile({ file }: { readonly file: FileStatus }) {
  const { data: run } = useRun(file.requestId);
  return (
    <Stack>
      <FileHeader file={file} run={run} actions={<FileActions file={file} />} />
      {run?.error && (
        <div className={styles['failure']}>
          <RunErrorView error={run.error} state={run.state} isHosted />
        </div>
      )}
      {run && <Warnings warnings={run.warnings} heading="h2" />}
      <FileColumns file={file} run={run} />
    </Stack>
  );
}

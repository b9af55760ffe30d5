import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { PipelineFile } from 'millrace/shared/types/files/file-record.js';
import { callApi } from './api.js';
import { toServerPath } from './base.js';
import { useLiveEvent } from './live/live.js';
import { queryKeys } from './query-keys.js';

type TimeField = 'createdAt' | 'lastUpdated' | 'expiresAt';

/** A file as returned by the server. Times are ISO 8601 strings, in UTC. */
export type FileStatus = Omit<PipelineFile, TimeField> &
  Readonly<Record<Exclude<TimeField, 'expiresAt'>, string>> & {
    /** `null` if the file never expires. */
    readonly expiresAt: string | null;
  };

const pathOf = (id: string) => `/v1/files/${encodeURIComponent(id)}`;

/** Returns the download path of a file's output. */
export const outputContentPath = (id: string) => toServerPath(`${pathOf(id)}/output/content`);

/** Fetches a file, and refetches it when one of its runs ends. */
export function useFile(id: string) {
  const client = useQueryClient();
  const queryKey = queryKeys.file(id);
  useLiveEvent('run', (run) => {
    if (run.fileId === id && isFinalState(run.state)) void client.invalidateQueries({ queryKey });
  });
  return useQuery({ queryKey, queryFn: ({ signal }) => callApi<FileStatus>(pathOf(id), { signal }) });
}

const pageSize = 200;

/** Fetches the output of a file in pages of items. Fetches nothing until the file is ready. */
export function useFileOutput(id: string, search: string | undefined, isReady: boolean) {
  return useInfiniteQuery({
    queryKey: queryKeys.fileOutput(id, { search }),
    queryFn: ({ pageParam: offset, signal }) =>
      callApi<FileOutputPage>(`${pathOf(id)}/output`, { query: { offset, limit: pageSize, q: search }, signal }),
    initialPageParam: 0,
    getNextPageParam: ({ nextOffset }) => nextOffset,
    placeholderData: (before) => before,
    enabled: isReady,
  });
}

interface FileChange {
  /** The time from now until the file expires, in seconds; `null` if the file never expires. */
  readonly expireTime: number | null;
}

export function useFileActions(id: string) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (body: FileChange) => callApi<FileStatus>(pathOf(id), { method: 'PATCH', body }),
    onSuccess: (file) => client.setQueryData(queryKeys.file(id), file),
  });
  const remove = useMutation({ mutationFn: () => callApi(pathOf(id), { method: 'DELETE' }) });
  return { change: change.mutateAsync, remove: remove.mutateAsync };
}

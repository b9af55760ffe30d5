import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { isFinalState } from 'millrace/shared/runs/run-state.js';
import type { FileOutputPage } from 'millrace/shared/types/files/file-output.js';
import type { PipelineFile } from 'millrace/shared/types/files/file-record.js';
import { api } from './api.js';
import { serverPath } from './base.js';
import { useLive } from './live/live.js';
import { queryKeys } from './query-keys.js';

type Times = 'createdAt' | 'lastUpdated' | 'expiresAt';

/** A file as the server sends it, with times in ISO 8601, UTC. */
export type FileStatus = Omit<PipelineFile, Times> &
  Readonly<Record<Exclude<Times, 'expiresAt'>, string>> & {
    /** `null` if the file never expires. */
    readonly expiresAt: string | null;
  };

const pathOf = (id: string) => `/v1/files/${encodeURIComponent(id)}`;

/** Returns the path of a download of a file's output. */
export const contentPath = (id: string) => serverPath(`${pathOf(id)}/output/content`);

/** Reads a file, and reads it again when one of its runs ends. */
export function useFile(id: string) {
  const client = useQueryClient();
  const queryKey = queryKeys.file(id);
  useLive('run', (run) => {
    if (run.fileId === id && isFinalState(run.state)) void client.invalidateQueries({ queryKey });
  });
  return useQuery({ queryKey, queryFn: ({ signal }) => api<FileStatus>(pathOf(id), { signal }) });
}

const pageSize = 200;

/** Reads the output of a file in pages of items, once the file is ready. */
export function useFileOutput(id: string, search: string | undefined, isReady: boolean) {
  return useInfiniteQuery({
    queryKey: queryKeys.fileOutput(id, { search }),
    queryFn: ({ pageParam: offset, signal }) =>
      api<FileOutputPage>(`${pathOf(id)}/output`, { query: { offset, limit: pageSize, q: search }, signal }),
    initialPageParam: 0,
    getNextPageParam: ({ nextOffset }) => nextOffset,
    placeholderData: (before) => before,
    enabled: isReady,
  });
}

interface FileChange {
  /** How long to keep the file from now on, in seconds; `null` to keep it until somebody deletes it. */
  readonly expireTime: number | null;
}

/** Returns the actions on a file. The promise of an action resolves when the server has finished it. */
export function useFileActions(id: string) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (body: FileChange) => api<FileStatus>(pathOf(id), { method: 'PATCH', body }),
    onSuccess: (file) => client.setQueryData(queryKeys.file(id), file),
  });
  const remove = useMutation({ mutationFn: () => api(pathOf(id), { method: 'DELETE' }) });
  return { change: change.mutateAsync, remove: remove.mutateAsync };
}

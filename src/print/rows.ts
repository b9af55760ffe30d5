import type { FilePage, FileRecord, FileRow } from '../shared/types/files/file-record.js';
import type { FileResult, FileResultRow } from '../shared/types/files/many-files.js';
import type { KeywordHit, KeywordRow, SearchedFile, SemanticHit, SemanticRow } from '../shared/types/search.js';
import type { RunRow, RunStatus, RunSummary, TaskRow } from '../shared/runs/run-status.js';

export const toFileRows = ({ items }: Pick<FilePage, 'items'>): FileRow[] =>
  items.map((file) => ({
    fileId: file.fileId,
    requestId: file.requestId,
    fileName: file.fileName,
    symbolicDirectoryPath: file.symbolicDirectoryPath,
    symbolicFilePath: file.symbolicFilePath,
    fileTags: formatTags(file.fileTags),
    fileDescription: file.fileDescription,
    createdAt: file.createdAt.toISOString(),
    lastUpdated: file.lastUpdated.toISOString(),
    expiresAt: file.expiresAt?.toISOString() ?? null,
  }));

/** Returns all tags as one string, such as `author: orwell, year: 1949`. */
const formatTags = (tags: FileRecord['fileTags']): string =>
  tags
    .flatMap((tag) => Object.entries(tag))
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');

export const toResultRows = ({ results }: { readonly results: readonly FileResult[] }): FileResultRow[] =>
  results.map((outcome) => {
    const { key, status } = outcome;
    if (status === 'failed') {
      const { requestId = null, error } = outcome;
      return { key, status, ...noResult, requestId, error: error.message };
    }
    const reason = status === 'skipped' ? outcome.reason : null;
    if (outcome.result === null) return { key, status, ...noResult, reason };
    const { requestId, fileId, outputFiles, warnings } = outcome.result;
    const outputFile = outputFiles[0] ?? null;
    return { key, status, requestId, fileId, outputFile, warnings: warnings.length, reason, error: null };
  });

const noResult = { requestId: null, fileId: null, outputFile: null, warnings: 0, reason: null, error: null };

export const toRunRows = ({ items }: { readonly items: readonly RunSummary[] }): RunRow[] =>
  items.map(({ progress, error, ...run }) => ({
    requestId: run.requestId,
    name: run.name,
    kind: run.kind,
    of: run.of,
    version: run.version,
    state: run.state,
    late: run.late,
    subject: run.subject,
    percent: progress.percent,
    fileId: run.fileId,
    worker: run.worker,
    parent: run.parent,
    rerunOf: run.rerunOf,
    createdAt: run.createdAt,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    durationMs: run.durationMs,
    warnings: run.warningCount,
    error: error?.message ?? null,
  }));

export const toTaskRows = ({ tasks }: Pick<RunStatus, 'tasks'>): TaskRow[] =>
  tasks.map(({ progress, error, ...task }) => ({
    key: task.key,
    name: task.name,
    version: task.version,
    model: task.model,
    index: task.index,
    state: task.state,
    attempt: task.attempt,
    percent: progress?.percent ?? null,
    startedAt: task.startedAt,
    finishedAt: task.finishedAt,
    durationMs: task.durationMs,
    error: error?.message ?? null,
  }));

interface FilesWithHits<Hit> {
  readonly items: readonly { readonly file: SearchedFile; readonly hits: readonly Hit[] }[];
}

export const toKeywordRows = (result: FilesWithHits<KeywordHit>): KeywordRow[] =>
  toHitRows(result, ({ keyword, lineNumber, keywordNumber }) => ({ keyword, lineNumber, keywordNumber }));

export const toSemanticRows = (result: FilesWithHits<SemanticHit>): SemanticRow[] =>
  toHitRows(result, ({ snippet, distance, lineNumbers }) => ({
    snippet,
    distance,
    firstLine: lineNumbers[0] ?? null,
    lastLine: lineNumbers.at(-1) ?? null,
  }));

function toHitRows<Hit, Fields>({ items }: FilesWithHits<Hit>, getFields: (hit: Hit) => Fields) {
  return items.flatMap(({ file: { fileId, fileName, symbolicFilePath }, hits }) =>
    hits.map((hit) => ({ fileId, fileName, symbolicFilePath, ...getFields(hit) })),
  );
}

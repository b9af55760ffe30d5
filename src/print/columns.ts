import type { FileRow } from '../shared/types/files/file-record.js';
import type { FileResultRow } from '../shared/types/files/many-files.js';
import type { SyncRow } from '../shared/types/files/sync.js';
import type { KeywordRow, SemanticRow } from '../shared/types/search.js';
import type { RunRow, TaskRow } from '../shared/runs/run-status.js';
import type { Column } from './html-table.js';

export const fileColumns: readonly Column<FileRow>[] = [
  ['path', (row) => row.symbolicFilePath],
  ['tags', (row) => row.fileTags],
  ['description', (row) => row.fileDescription],
  ['created', (row) => formatTime(row.createdAt)],
  ['expires', (row) => formatTime(row.expiresAt)],
  ['file id', (row) => row.fileId],
];

export const resultColumns: readonly Column<FileResultRow>[] = [
  ['file', (row) => row.key],
  ['status', (row) => (row.reason === null ? row.status : `${row.status}, ${row.reason}`)],
  ['warnings', (row) => row.warnings || null],
  ['error', (row) => row.error],
  ['output', (row) => row.outputFile],
  ['file id', (row) => row.fileId],
];

export const syncColumns: readonly Column<SyncRow>[] = [
  ['path', (row) => row.symbolicFilePath],
  ['action', (row) => row.action],
  ['status', (row) => row.status],
  ['from', (row) => row.from],
  ['message', (row) => row.message],
  ['file id', (row) => row.fileId],
];

export const runColumns: readonly Column<RunRow>[] = [
  ['name', (row) => row.name],
  ['of', (row) => row.of],
  ['state', (row) => (row.late ? `${row.state}, without a worker` : row.state)],
  ['%', (row) => row.percent],
  ['warnings', (row) => row.warnings || null],
  ['error', (row) => row.error],
  ['created', (row) => formatTime(row.createdAt)],
  ['took', (row) => formatDuration(row.durationMs)],
  ['run id', (row) => row.requestId],
];

export const taskColumns: readonly Column<TaskRow>[] = [
  ['task', (row) => row.name],
  ['state', (row) => row.state],
  ['%', (row) => row.percent],
  ['attempt', (row) => row.attempt],
  ['model', (row) => row.model],
  ['error', (row) => row.error],
  ['took', (row) => formatDuration(row.durationMs)],
];

export const keywordColumns: readonly Column<KeywordRow>[] = [
  ['file', (row) => row.symbolicFilePath],
  ['keyword', (row) => row.keyword],
  ['line', (row) => row.lineNumber],
  ['word', (row) => row.keywordNumber],
];

export const semanticColumns: readonly Column<SemanticRow>[] = [
  ['file', (row) => row.symbolicFilePath],
  ['snippet', (row) => row.snippet],
  ['distance', (row) => row.distance],
  ['lines', ({ firstLine, lastLine }) => (firstLine === lastLine ? firstLine : `${firstLine}–${lastLine}`)],
];

/** Formats an ISO 8601 time as `2026-05-01 12:00:00Z`. */
const formatTime = (time: string | null): string | null => time && time.replace('T', ' ').replace(/\.\d+/, '');

const formatDuration = (ms: number | null): string | null => (ms === null ? null : `${(ms / 1000).toFixed(1)} s`);

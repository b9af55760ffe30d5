import { createSyncSummary } from '../print/records.js';
import type { SyncAction, SyncChange, SyncSummary } from '../shared/types/files/sync.js';

type NewChange = Pick<SyncChange, 'action' | 'status' | 'symbolicFilePath'> & Partial<SyncChange>;

/** Collects the changes of a sync and counts them by action. */
export class SyncReport {
  readonly #changes: SyncChange[] = [];
  readonly #onFile: ((change: SyncChange) => void) | undefined;

  constructor(onFile: ((change: SyncChange) => void) | undefined) {
    this.#onFile = onFile;
  }

  add(change: NewChange): void {
    const completeChange = { path: null, fileId: null, from: null, message: null, error: null, ...change };
    this.#changes.push(completeChange);
    this.#onFile?.(completeChange);
  }

  summarize(
    header: Pick<SyncSummary, 'pipeline' | 'symbolicDirectoryPath' | 'dryRun' | 'needsDeleteAll'>,
  ): SyncSummary {
    const count = (...actions: readonly SyncAction[]): number =>
      this.#changes.filter(({ action, status }) => status !== 'failed' && actions.includes(action)).length;
    const changes = this.#changes.sort((a, b) => (a.symbolicFilePath < b.symbolicFilePath ? -1 : 1));
    return createSyncSummary({
      pipeline: header.pipeline,
      symbolicDirectoryPath: header.symbolicDirectoryPath,
      dryRun: header.dryRun,
      added: count('add'),
      replaced: count('replace'),
      moved: count('move'),
      deleted: count('delete'),
      unchanged: count('unchanged'),
      skipped: count('duplicate', 'kept', 'unsupported', 'gone'),
      failed: this.#changes.filter(({ status }) => status === 'failed').length,
      changes,
      needsDeleteAll: header.needsDeleteAll,
    });
  }
}

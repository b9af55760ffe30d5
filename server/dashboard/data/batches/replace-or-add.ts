import type { BatchPage, BatchStatus } from 'millrace/shared/runs/batch-status.js';

/** Replaces a changed batch in the loaded pages, or inserts a new batch. Ignores a batch whose page is not loaded. */
export function replaceOrAdd(pages: readonly BatchPage[], batch: BatchStatus): BatchPage[] {
  const isSameBatch = ({ batchId }: BatchStatus) => batchId === batch.batchId;
  if (pages.some(({ items }) => items.some(isSameBatch)))
    return pages.map((page) => ({
      ...page,
      items: page.items.map((loaded) => (isSameBatch(loaded) ? batch : loaded)),
    }));
  // the pages and their batches are ordered from newest to oldest
  const belongsOn = ({ items, nextCursor }: BatchPage) =>
    nextCursor === null || items.some((loaded) => isNewer(batch, loaded));
  const pageIndex = pages.findIndex(belongsOn);
  return pages.map((page, index) => (index === pageIndex ? { ...page, items: insert(page.items, batch) } : page));
}

function insert(items: readonly BatchStatus[], added: BatchStatus): BatchStatus[] {
  const position = items.findIndex((batch) => isNewer(added, batch));
  return items.toSpliced(position < 0 ? items.length : position, 0, added);
}

/** Returns whether `a` is newer than `b`. Uses the server's order: by creation time, then by id. */
function isNewer(a: BatchStatus, b: BatchStatus): boolean {
  if (a.createdAt === b.createdAt) return a.batchId > b.batchId;
  return a.createdAt > b.createdAt;
}

import type { BatchPage, BatchStatus } from 'millrace/shared/runs/batch-status.js';

/** Puts a changed batch into the loaded pages, which are newest first. Ignores a batch that belongs to a page that is not loaded. */
export function replaceOrAdd(pages: readonly BatchPage[], changed: BatchStatus): BatchPage[] {
  const isChanged = ({ batchId }: BatchStatus) => batchId === changed.batchId;
  if (pages.some(({ items }) => items.some(isChanged)))
    return pages.map((page) => ({ ...page, items: page.items.map((batch) => (isChanged(batch) ? changed : batch)) }));
  const reaches = ({ items, nextCursor }: BatchPage) =>
    nextCursor === null || items.some((batch) => isNewer(changed, batch));
  const at = pages.findIndex(reaches);
  return pages.map((page, index) => (index === at ? { ...page, items: insert(page.items, changed) } : page));
}

function insert(items: readonly BatchStatus[], added: BatchStatus): BatchStatus[] {
  const at = items.findIndex((batch) => isNewer(added, batch));
  return items.toSpliced(at < 0 ? items.length : at, 0, added);
}

/** Compares batches by the server's order: creation time, then id. */
function isNewer(one: BatchStatus, other: BatchStatus): boolean {
  if (one.createdAt === other.createdAt) return one.batchId > other.batchId;
  return one.createdAt > other.createdAt;
}

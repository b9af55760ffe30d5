import type { BatchPage, BatchStatus } from 'millrace/shared/runs/batch-status.js';
import { describe, expect, it } from 'vitest';
import { replaceOrAdd } from '../../dashboard/data/batches/replace-or-add.js';

const batch = (id: number, name = 'as it was') =>
  ({ batchId: `0000-${id}`, name, createdAt: new Date(1e12 + 1000 * id).toISOString() }) as BatchStatus;
const pages = (isWhole: boolean, ...ids: number[][]): BatchPage[] =>
  ids.map((page, i) => ({
    items: page.map((id) => batch(id)),
    nextCursor: isWhole && i === ids.length - 1 ? null : 'more',
  }));
const idsOf = (all: readonly BatchPage[]) =>
  all.map(({ items }) => items.map(({ batchId }) => Number(batchId.slice(5))));

describe('the loaded pages of batches', () => {
  it('keep batches sorted, in whatever order their events arrive', () => {
    const empty = pages(true, []);
    expect(idsOf([3, 1, 2].reduce((all, id) => replaceOrAdd(all, batch(id)), empty))).toEqual([[3, 2, 1]]);
    expect(idsOf(replaceOrAdd(pages(false, [9, 8], [6, 5]), batch(7)))).toEqual([
      [9, 8],
      [7, 6, 5],
    ]);
  });

  it('update a batch in place', () => {
    const [page] = replaceOrAdd(pages(false, [2, 1]), batch(1, 'changed'));
    expect(page!.items.map(({ name }) => name)).toEqual(['as it was', 'changed']);
  });

  it('leave out a batch of a page that is not loaded, and end with the oldest batch', () => {
    expect(idsOf(replaceOrAdd(pages(false, [9, 8]), batch(1)))).toEqual([[9, 8]]);
    expect(idsOf(replaceOrAdd(pages(true, [9, 8]), batch(1)))).toEqual([[9, 8, 1]]);
  });

  it('sort batches created at the same time as the server does', () => {
    const [first, second] = [1, 2].map((id) => ({ ...batch(id), createdAt: batch(0).createdAt }));
    const all = [first!, second!].reduce(replaceOrAdd, pages(true, []));
    expect(idsOf(all)).toEqual([[2, 1]]);
  });
});

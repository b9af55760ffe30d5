import { useState } from 'react';
import type { BulkTarget } from '../../data/bulk.js';
import type { RowSelection } from '../../parts/tables/column.js';
import type { RunQuery } from './run-filters.js';

const noIds: ReadonlySet<string> = new Set();

/** Manages the selection in the list of runs. A new `runQuery` object clears the selection. */
export function useSelection(loadedIds: readonly string[], runQuery: RunQuery) {
  const [state, setState] = useState({ query: runQuery, ids: noIds, includesAllMatching: false });
  const { ids, includesAllMatching } = state.query === runQuery ? state : { ids: noIds, includesAllMatching: false };
  const select = (next: ReadonlySet<string>, selectsAllMatching = false) =>
    setState({ query: runQuery, ids: next, includesAllMatching: selectsAllMatching });
  const areAllLoadedSelected = loadedIds.length > 0 && loadedIds.every((id) => ids.has(id));
  const rows: RowSelection = {
    has: (id) => includesAllMatching || ids.has(id),
    toggle: (id) => {
      const next = new Set(includesAllMatching ? loadedIds : ids);
      if (!next.delete(id)) next.add(id);
      select(next);
    },
    toggleAll: () => select(new Set(areAllLoadedSelected || includesAllMatching ? [] : loadedIds)),
    areAllSelected: includesAllMatching || areAllLoadedSelected,
  };
  return {
    rows,
    includesAllMatching,
    count: ids.size,
    isEmpty: !includesAllMatching && ids.size === 0,
    target: (includesAllMatching ? { filter: runQuery } : { ids: [...ids] }) satisfies BulkTarget,
    selectAllMatching: () => select(new Set(), true),
    clear: () => select(new Set()),
  };
}

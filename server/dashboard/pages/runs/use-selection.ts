import { useState } from 'react';
import type { BulkTarget } from '../../data/bulk.js';
import type { RowSelection } from '../../parts/tables/column.js';
import type { RunQuery } from './run-filters.js';

const noIds: ReadonlySet<string> = new Set();

/** Manages the selected rows. Changing the filters clears the selection. */
export function useSelection(loadedIds: readonly string[], runQuery: RunQuery) {
  const [state, setState] = useState({ query: runQuery, ids: noIds, isAllMatching: false });
  const { ids, isAllMatching } = state.query === runQuery ? state : { ids: noIds, isAllMatching: false };
  const select = (next: ReadonlySet<string>, selectsAllMatching = false) =>
    setState({ query: runQuery, ids: next, isAllMatching: selectsAllMatching });
  const isAllLoaded = loadedIds.length > 0 && loadedIds.every((id) => ids.has(id));
  const rows: RowSelection = {
    has: (id) => isAllMatching || ids.has(id),
    toggle: (id) => {
      const next = new Set(isAllMatching ? loadedIds : ids);
      if (!next.delete(id)) next.add(id);
      select(next);
    },
    toggleAll: () => select(new Set(isAllLoaded || isAllMatching ? [] : loadedIds)),
    isAllSelected: isAllMatching || isAllLoaded,
  };
  return {
    rows,
    isAllMatching,
    count: ids.size,
    isEmpty: !isAllMatching && ids.size === 0,
    target: (isAllMatching ? { filter: runQuery } : { ids: [...ids] }) satisfies BulkTarget,
    selectAllMatching: () => select(new Set(), true),
    clear: () => select(new Set()),
  };
}

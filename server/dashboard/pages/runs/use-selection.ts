import { useState } from 'react';
import type { BulkTarget } from '../../data/bulk.js';
import type { RowSelection } from '../../parts/tables/column.js';
import type { RunQuery } from './run-filters.js';

const noIds: ReadonlySet<string> = new Set();

/** Manages the selected rows. A change of the filters clears the selection. */
export function useSelection(loaded: readonly string[], runQuery: RunQuery) {
  const [state, setState] = useState({ query: runQuery, ids: noIds, allMatching: false });
  const { ids, allMatching } = state.query === runQuery ? state : { ids: noIds, allMatching: false };
  const select = (next: ReadonlySet<string>, all = false) => setState({ query: runQuery, ids: next, allMatching: all });
  const isAllLoaded = loaded.length > 0 && loaded.every((id) => ids.has(id));
  const rows: RowSelection = {
    has: (id) => allMatching || ids.has(id),
    toggle: (id) => {
      const next = new Set(allMatching ? loaded : ids);
      if (!next.delete(id)) next.add(id);
      select(next);
    },
    toggleAll: () => select(new Set(isAllLoaded || allMatching ? [] : loaded)),
    isAllSelected: allMatching || isAllLoaded,
  };
  return {
    rows,
    isAllMatching: allMatching,
    count: ids.size,
    isEmpty: !allMatching && ids.size === 0,
    target: (allMatching ? { filter: runQuery } : { ids: [...ids] }) satisfies BulkTarget,
    selectAllMatching: () => select(new Set(), true),
    clear: () => select(new Set()),
  };
}

import { useState } from 'react';
import type { BulkTarget } from '../../data/bulk.js';
import type { Selection } from '../../parts/tables/column.js';
import type { RunSelection } from './run-filters.js';

const noIds: ReadonlySet<string> = new Set();

/** Keeps the selected rows. The selection is cleared when the filters change. */
export function useSelection(loaded: readonly string[], filter: RunSelection) {
  const [state, setState] = useState({ of: filter, ids: noIds, everything: false });
  const { ids, everything } = state.of === filter ? state : { ids: noIds, everything: false };
  const choose = (next: ReadonlySet<string>, all = false) => setState({ of: filter, ids: next, everything: all });
  const isAll = loaded.length > 0 && loaded.every((id) => ids.has(id));
  const rows: Selection = {
    has: (id) => everything || ids.has(id),
    toggle: (id) => {
      const next = new Set(everything ? loaded : ids);
      if (!next.delete(id)) next.add(id);
      choose(next);
    },
    toggleAll: () => choose(new Set(isAll || everything ? [] : loaded)),
    all: everything || isAll,
  };
  return {
    rows,
    everything,
    count: ids.size,
    isEmpty: !everything && ids.size === 0,
    chosen: (everything ? { filter } : { ids: [...ids] }) satisfies BulkTarget,
    chooseEverything: () => choose(new Set(), true),
    clear: () => choose(new Set()),
  };
}

import type { Bind } from './run-filter.js';

/**
 * Returns SQL that finds the first runs that meet the conditions. If states are given, the SQL looks up each state separately, because an
 * index on the state has the list's order only within each state.
 *
 * @param order The `order by` and `limit` clauses.
 * @param options.hasOrderedIndex Whether an index contains the runs of a state in the list's order. If not, all runs in these states are
 *   read and sorted, unless the states include `completed`, because there can be many completed runs.
 * @param options.range Conditions on the sort column. If all runs of a state are read, these conditions are checked afterwards. Otherwise,
 *   PostgreSQL might use an index on the sort column, and read runs in every state.
 */
export function selectFromEachState(
  states: readonly string[] | undefined,
  bind: Bind,
  columns: string,
  conditions: readonly string[],
  order: string,
  {
    hasOrderedIndex = true,
    range = [],
  }: { readonly hasOrderedIndex?: boolean; readonly range?: readonly string[] } = {},
): string {
  const select = (where: readonly string[], from = 'run') =>
    `select ${columns} from ${from} ${where.length > 0 ? `where ${where.join(' and ')}` : ''}`;
  if (states === undefined) return `${select([...conditions, ...range])} ${order}`;
  const inState = [...conditions, 'run.state = chosen.state'];
  const runsInState =
    hasOrderedIndex || states.includes('completed')
      ? `${select([...inState, ...range])} ${order}`
      : select(range, `(select * from run where ${inState.join(' and ')} offset 0) run`);
  return `select found.* from unnest(${bind(states)}::text[]) chosen (state) cross join lateral (${runsInState}) found ${order}`;
}

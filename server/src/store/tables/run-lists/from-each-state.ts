import type { Bind } from './run-filter.js';

/**
 * Returns SQL that finds the first runs that meet the conditions. Each state is looked up separately, because an index has the list's
 * order only within a state.
 *
 * @param options.isInOrder Whether an index has the runs of a state in the list's order. If not, all runs in the states are read, unless
 *   they include the completed runs, of which there can be many.
 * @param options.range Conditions on the column by which the list is sorted. Their index would find the runs of every state, so they
 *   are checked after a state's runs have been read.
 */
export function fromEachState(
  states: readonly string[] | undefined,
  bind: Bind,
  columns: string,
  conditions: readonly string[],
  order: string,
  { isInOrder = true, range = [] }: { readonly isInOrder?: boolean; readonly range?: readonly string[] } = {},
): string {
  const select = (which: readonly string[], from = 'run') =>
    `select ${columns} from ${from} ${which.length > 0 ? `where ${which.join(' and ')}` : ''}`;
  if (states === undefined) return `${select([...conditions, ...range])} ${order}`;
  const inState = [...conditions, 'run.state = chosen.state'];
  const ofState =
    isInOrder || states.includes('completed')
      ? `${select([...inState, ...range])} ${order}`
      : select(range, `(select * from run where ${inState.join(' and ')} offset 0) run`);
  return `select found.* from unnest(${bind(states)}::text[]) chosen (state) cross join lateral (${ofState}) found ${order}`;
}

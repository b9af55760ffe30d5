import type { Bind } from './run-filter.js';

/**
 * Selects the first runs that meet the conditions. Each state is looked up by itself, because an index is only in order for a
 * single state.
 *
 * @param options.isInOrder Whether the runs of a state are in the list's order in an index. If not, all of them are read, unless
 *   they include the completed ones, of which there can be many.
 * @param options.range More conditions, on what the list is sorted by. They have an index of their own, which would find the runs
 *   of every state, so they are checked after a state's runs have been read.
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

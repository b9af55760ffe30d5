import type { FileSelection } from '../../store/tables/select-files.js';

/** A warning outside of `process`: an object with one entry. */
export type Warning = Readonly<Record<string, unknown>>;

/** What did not match, in the order that clients rely on: ids first, then the other arguments in one list. */
export function selectionWarnings({ missingIds, misses }: FileSelection): Warning[] {
  return [
    ...(missingIds.length > 0 ? [{ 'WARNING: the following file_ids were not found': missingIds }] : []),
    ...(misses.length > 0 ? [{ 'WARNING: the following arguments returned zero results': misses }] : []),
  ];
}

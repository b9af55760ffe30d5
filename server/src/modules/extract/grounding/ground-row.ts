import type { Leaf } from '../schema/paths.js';
import type { Span } from './text-index.js';

/** A possible place of a row's field. */
export interface Candidate {
  readonly leaf: Leaf;
  readonly place: Span;
  readonly line: number;
  readonly page: number;
  /** Whether the model quoted this place. If not, only the value was found here. */
  readonly isQuoted: boolean;
  /** Whether the value is so short that it occurs by chance, also in a quotation of another row. */
  readonly isShort: boolean;
  /** Whether the value may be at this place by chance. `false` if the place has a long quotation. */
  readonly isCommon: boolean;
}

/** Maximum distance between the fields of a row, in lines. */
const maxLines = 2;
/** The weight of a field by its distance, in lines. */
const weightByDistance = [1, 0.7, 0.5];
/** The weight of a quotation, relative to the value alone. It is less than that of another field, because models quote other rows. */
const quotationWeight = 1.1;
const shortWeight = 0.5;
/** Minimum number of values that are close together and not common, if none of them is quoted. */
const minValues = 2;

/**
 * Finds the place of a list's row, where most of its fields are close together. A single quotation or value may occur in many rows, but
 * all fields together rarely do.
 *
 * @returns The places of each field: several if the row may be on several pages, none if there is too little evidence.
 */
export function groundRow(candidates: readonly Candidate[]): Map<Leaf, Span[]> {
  const sorted = [...candidates].sort((a, b) => a.line - b.line);
  const fieldCount = new Set(candidates.map(({ leaf }) => leaf)).size;
  const centers = sorted.map((center, i) => ({ center, members: membersAround(sorted, i) }));
  const proven = centers.filter(({ members }) => isProven([...members.values()], fieldCount));
  const scored = proven.map(({ center, members }) => ({ center, members, score: scoreOf(members, center) }));
  const best = Math.max(...scored.map(({ score }) => score));
  const winners = scored.filter(({ score }) => score >= best - 1e-9);
  const found = new Map<Leaf, Span[]>();
  const add = ({ leaf, place }: Candidate): void => {
    const places = found.get(leaf) ?? [];
    if (!places.some(({ start }) => start === place.start)) found.set(leaf, [...places, place]);
  };
  const pages = new Set<number>();
  for (const { center, members } of winners) {
    // skip another occurrence on a page where the row has been found
    if (pages.has(center.page)) continue;
    pages.add(center.page);
    for (const candidate of members.values()) add(candidate);
  }
  addDistant(candidates, found, pages, add);
  return found;
}

/** Adds quoted fields that are farther away, for example in a note below a table, if they are on the row's page only. */
function addDistant(
  candidates: readonly Candidate[],
  found: ReadonlyMap<Leaf, readonly Span[]>,
  pages: ReadonlySet<number>,
  add: (candidate: Candidate) => void,
): void {
  const near = new Set(found.keys());
  const quoted = candidates.filter(({ leaf, isQuoted, isCommon }) => isQuoted && !isCommon && !near.has(leaf));
  for (const candidate of quoted) {
    const own = quoted.filter(({ leaf }) => leaf === candidate.leaf);
    if (pages.size === 1 && own.every(({ page }) => pages.has(page))) add(candidate);
  }
}

/** Returns each field's best candidate near another candidate on the same page, because rows rarely continue on the next page. */
function membersAround(sorted: readonly Candidate[], index: number): Map<Leaf, Candidate> {
  const center = sorted[index] as Candidate;
  let first = index;
  while (first > 0 && center.line - (sorted[first - 1]?.line ?? 0) <= maxLines) first--;
  const members = new Map<Leaf, Candidate>();
  for (let i = first; i < sorted.length; i++) {
    const candidate = sorted[i] as Candidate;
    if (candidate.line - center.line > maxLines) break;
    if (candidate.page !== center.page) continue;
    const before = members.get(candidate.leaf);
    if (!before || nearness(candidate, center) > nearness(before, center)) members.set(candidate.leaf, candidate);
  }
  members.set(center.leaf, center);
  return members;
}

function isProven(members: readonly Candidate[], fieldCount: number): boolean {
  const certain = members.filter(({ isCommon }) => !isCommon);
  if (certain.some(({ isQuoted }) => isQuoted)) return true;
  // if all values are common, all fields must be quoted and close together
  if (certain.length === 0) return members.length === fieldCount && members.every(({ isQuoted }) => isQuoted);
  return certain.length >= Math.min(minValues, fieldCount);
}

function scoreOf(members: ReadonlyMap<Leaf, Candidate>, center: Candidate): number {
  return [...members.values()].reduce((sum, member) => sum + weightOf(member, center), 0);
}

function weightOf(member: Candidate, center: Candidate): number {
  return nearness(member, center) * (member.isShort ? shortWeight : 1);
}

function nearness({ isQuoted, line }: Candidate, center: Candidate): number {
  const distance = weightByDistance[Math.abs(line - center.line)] ?? 0;
  // values without a quotation in different lines may be close together by chance
  return isQuoted ? distance * quotationWeight : distance ** 2;
}

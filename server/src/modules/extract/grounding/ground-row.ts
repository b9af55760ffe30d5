import type { Leaf } from '../schema/paths.js';
import type { Span } from './text-index.js';

/** A span that may be evidence for a field: a quotation, or an occurrence of the field's value. */
export interface Candidate {
  readonly leaf: Leaf;
  readonly span: Span;
  /** 0-based. */
  readonly line: number;
  /** The index of the page or item. */
  readonly unitIndex: number;
  /** Whether the model quoted this span. Otherwise, the span was found only by its value. */
  readonly isQuoted: boolean;
  /** Whether the value could occur in any text by chance, even in a quotation from another row. */
  readonly isCommon: boolean;
  /** Whether the value could be in this span by chance. Always `false` for a long quotation. */
  readonly mayBeCoincidence: boolean;
}

/** The maximum distance of a field from the row's center, in lines. */
const maxDistance = 2;
/** The weight of a field by its distance from the center, in lines. */
const weightByDistance = [1, 0.7, 0.5];
/** The weight factor for quoted fields. Only slightly above 1, because models sometimes quote the wrong row. */
const quotationFactor = 1.1;
/** The weight factor for common values. */
const commonFactor = 0.5;
/** The minimum number of conclusive values in a row if none of them is quoted. A conclusive value is unlikely to be there by chance. */
const minConclusiveValues = 2;

/**
 * Finds a list row in the text: the place where most of the row's fields are close together. A single value or quotation can occur in
 * many rows, but all fields together rarely do.
 *
 * @returns The spans of each field that was found. A field has several spans if the row is equally likely to be on several pages.
 */
export function groundRow(candidates: readonly Candidate[]): Map<Leaf, Span[]> {
  const sorted = [...candidates].sort((a, b) => a.line - b.line);
  const fieldCount = new Set(candidates.map(({ leaf }) => leaf)).size;
  // try each candidate as the center of the row
  const places = sorted.map((center, i) => ({ center, members: findMembers(sorted, i) }));
  const supported = places.filter(({ members }) => hasEvidence([...members.values()], fieldCount));
  const scored = supported.map(({ center, members }) => ({ center, members, score: sumWeights(members, center) }));
  const best = Math.max(...scored.map(({ score }) => score));
  const winners = scored.filter(({ score }) => score >= best - 1e-9);
  const spansByLeaf = new Map<Leaf, Span[]>();
  const add = ({ leaf, span }: Candidate): void => {
    const spans = spansByLeaf.get(leaf) ?? [];
    if (!spans.some(({ start }) => start === span.start)) spansByLeaf.set(leaf, [...spans, span]);
  };
  const unitIndexes = new Set<number>();
  for (const { center, members } of winners) {
    // use only the first occurrence of the row on each page
    if (unitIndexes.has(center.unitIndex)) continue;
    unitIndexes.add(center.unitIndex);
    for (const candidate of members.values()) add(candidate);
  }
  addDistantFields(candidates, spansByLeaf, unitIndexes, add);
  return spansByLeaf;
}

/**
 * Adds quoted fields that are farther from the row, such as a note below a table. Adds a field only if the row was found on exactly one
 * page, and all conclusive quotations for the field are on that page.
 */
function addDistantFields(
  candidates: readonly Candidate[],
  spansByLeaf: ReadonlyMap<Leaf, readonly Span[]>,
  unitIndexes: ReadonlySet<number>,
  add: (candidate: Candidate) => void,
): void {
  const foundLeaves = new Set(spansByLeaf.keys());
  const quoted = candidates.filter(
    ({ leaf, isQuoted, mayBeCoincidence }) => isQuoted && !mayBeCoincidence && !foundLeaves.has(leaf),
  );
  for (const candidate of quoted) {
    const fieldCandidates = quoted.filter(({ leaf }) => leaf === candidate.leaf);
    if (unitIndexes.size === 1 && fieldCandidates.every(({ unitIndex }) => unitIndexes.has(unitIndex))) add(candidate);
  }
}

/** Returns each field's best candidate near the center candidate. Searches only the center's page, because few rows cross page breaks. */
function findMembers(sorted: readonly Candidate[], index: number): Map<Leaf, Candidate> {
  const center = sorted[index] as Candidate;
  let first = index;
  while (first > 0 && center.line - (sorted[first - 1]?.line ?? 0) <= maxDistance) first--;
  const members = new Map<Leaf, Candidate>();
  for (let i = first; i < sorted.length; i++) {
    const candidate = sorted[i] as Candidate;
    if (candidate.line - center.line > maxDistance) break;
    if (candidate.unitIndex !== center.unitIndex) continue;
    const best = members.get(candidate.leaf);
    if (!best || getPositionWeight(candidate, center) > getPositionWeight(best, center))
      members.set(candidate.leaf, candidate);
  }
  members.set(center.leaf, center);
  return members;
}

/** Returns whether the members are sufficient evidence that the row is at this place. */
function hasEvidence(members: readonly Candidate[], fieldCount: number): boolean {
  const conclusive = members.filter(({ mayBeCoincidence }) => !mayBeCoincidence);
  if (conclusive.some(({ isQuoted }) => isQuoted)) return true;
  // if every value could be there by chance, all fields must be quoted and close together
  if (conclusive.length === 0) return members.length === fieldCount && members.every(({ isQuoted }) => isQuoted);
  return conclusive.length >= Math.min(minConclusiveValues, fieldCount);
}

function sumWeights(members: ReadonlyMap<Leaf, Candidate>, center: Candidate): number {
  return [...members.values()].reduce((sum, member) => sum + getWeight(member, center), 0);
}

function getWeight(member: Candidate, center: Candidate): number {
  return getPositionWeight(member, center) * (member.isCommon ? commonFactor : 1);
}

function getPositionWeight({ isQuoted, line }: Candidate, center: Candidate): number {
  const weight = weightByDistance[Math.abs(line - center.line)] ?? 0;
  // reduce the weight of unquoted values on other lines, which may be near the center by chance
  return isQuoted ? weight * quotationFactor : weight ** 2;
}

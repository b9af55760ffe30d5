import type { Leaf } from '../schema/paths.js';
import type { Span } from './text-index.js';

/** An occurrence of a field's value that may belong to a row. */
export interface Candidate {
  readonly leaf: Leaf;
  readonly span: Span;
  /** 0-based. */
  readonly line: number;
  /** The index of the page or item. */
  readonly page: number;
  /** Whether the model quoted this span. Otherwise, the span was found by the value alone. */
  readonly isQuoted: boolean;
  /** Whether the value is so short that it may occur anywhere by chance, even in the quotation of another row. */
  readonly isShort: boolean;
  /** Whether the value may be in this span by chance. `false` for a span with a long quotation. */
  readonly mayBeCoincidence: boolean;
}

/** The maximum distance between a row's fields and the row's center, in lines. */
const maxDistance = 2;
/** The weight of a field by its distance from the center, in lines. */
const weightByDistance = [1, 0.7, 0.5];
/** The factor for quoted fields, which is only slightly above 1, because models sometimes quote another row. */
const quotationWeight = 1.1;
/** The factor for short values. */
const shortWeight = 0.5;
/** The minimum number of conclusive values that must be close together if no conclusive value is quoted. */
const minConclusiveValues = 2;

/**
 * Finds a list row in the text: the place where most of the row's fields are close together. A single value or quotation may occur in
 * many rows, but all fields together rarely do.
 *
 * @returns The spans of each field: several if the row may be on several pages, and no entry if there is too little evidence.
 */
export function groundRow(candidates: readonly Candidate[]): Map<Leaf, Span[]> {
  const sorted = [...candidates].sort((a, b) => a.line - b.line);
  const fieldCount = new Set(candidates.map(({ leaf }) => leaf)).size;
  const centers = sorted.map((center, i) => ({ center, members: findMembers(sorted, i) }));
  const supported = centers.filter(({ members }) => hasEvidence([...members.values()], fieldCount));
  const scored = supported.map(({ center, members }) => ({ center, members, score: sumWeights(members, center) }));
  const best = Math.max(...scored.map(({ score }) => score));
  const winners = scored.filter(({ score }) => score >= best - 1e-9);
  const spansByLeaf = new Map<Leaf, Span[]>();
  const add = ({ leaf, span }: Candidate): void => {
    const spans = spansByLeaf.get(leaf) ?? [];
    if (!spans.some(({ start }) => start === span.start)) spansByLeaf.set(leaf, [...spans, span]);
  };
  const pages = new Set<number>();
  for (const { center, members } of winners) {
    // use only the first occurrence of the row on each page
    if (pages.has(center.page)) continue;
    pages.add(center.page);
    for (const candidate of members.values()) add(candidate);
  }
  addDistantFields(candidates, spansByLeaf, pages, add);
  return spansByLeaf;
}

/** Adds quoted fields that are farther away, such as a note below a table, if all their quotations are on the row's page. */
function addDistantFields(
  candidates: readonly Candidate[],
  spansByLeaf: ReadonlyMap<Leaf, readonly Span[]>,
  pages: ReadonlySet<number>,
  add: (candidate: Candidate) => void,
): void {
  const near = new Set(spansByLeaf.keys());
  const quoted = candidates.filter(
    ({ leaf, isQuoted, mayBeCoincidence }) => isQuoted && !mayBeCoincidence && !near.has(leaf),
  );
  for (const candidate of quoted) {
    const fieldCandidates = quoted.filter(({ leaf }) => leaf === candidate.leaf);
    if (pages.size === 1 && fieldCandidates.every(({ page }) => pages.has(page))) add(candidate);
  }
}

/** Returns each field's best candidate near the center candidate. Searches only the center's page, because rows rarely cross pages. */
function findMembers(sorted: readonly Candidate[], index: number): Map<Leaf, Candidate> {
  const center = sorted[index] as Candidate;
  let first = index;
  while (first > 0 && center.line - (sorted[first - 1]?.line ?? 0) <= maxDistance) first--;
  const members = new Map<Leaf, Candidate>();
  for (let i = first; i < sorted.length; i++) {
    const candidate = sorted[i] as Candidate;
    if (candidate.line - center.line > maxDistance) break;
    if (candidate.page !== center.page) continue;
    const best = members.get(candidate.leaf);
    if (!best || getNearness(candidate, center) > getNearness(best, center)) members.set(candidate.leaf, candidate);
  }
  members.set(center.leaf, center);
  return members;
}

/** Returns whether the members are enough evidence that the row is at this place. */
function hasEvidence(members: readonly Candidate[], fieldCount: number): boolean {
  const conclusive = members.filter(({ mayBeCoincidence }) => !mayBeCoincidence);
  if (conclusive.some(({ isQuoted }) => isQuoted)) return true;
  // if every value may be there by chance, all fields must be quoted and close together
  if (conclusive.length === 0) return members.length === fieldCount && members.every(({ isQuoted }) => isQuoted);
  return conclusive.length >= Math.min(minConclusiveValues, fieldCount);
}

function sumWeights(members: ReadonlyMap<Leaf, Candidate>, center: Candidate): number {
  return [...members.values()].reduce((sum, member) => sum + getWeight(member, center), 0);
}

function getWeight(member: Candidate, center: Candidate): number {
  return getNearness(member, center) * (member.isShort ? shortWeight : 1);
}

function getNearness({ isQuoted, line }: Candidate, center: Candidate): number {
  const weight = weightByDistance[Math.abs(line - center.line)] ?? 0;
  // unquoted values on different lines may be close together by chance
  return isQuoted ? weight * quotationWeight : weight ** 2;
}

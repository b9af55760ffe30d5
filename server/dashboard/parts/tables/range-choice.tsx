import { statsRanges, type StatsRange } from 'millrace/shared/runs/run-stats.js';
import { partsText } from '../../text/parts.js';
import { useText } from '../../text/language.js';
import { Segmented } from '../basics/segmented.js';
import { useUrlFilters } from './url-filters.js';

const filterNames = ['range'] as const;

/** Reads and sets the page's time range, which is in the URL. */
export function useRange(preset: StatsRange): [StatsRange, (range: StatsRange) => void] {
  const [filters, setFilters] = useUrlFilters(filterNames);
  const range = statsRanges.find((name) => name === filters.range) ?? preset;
  return [range, (next) => setFilters({ range: next }, { push: true })];
}

export interface RangeChoiceProps {
  readonly value: StatsRange;
  readonly onChange: (range: StatsRange) => void;
}

export function RangeChoice({ value, onChange }: RangeChoiceProps) {
  const text = useText(partsText);
  const options = statsRanges.map((range) => ({ value: range, label: text.ranges[range] }));
  return <Segmented<StatsRange> label={text.range} value={value} options={options} onChange={onChange} />;
}

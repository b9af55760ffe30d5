import { statsRanges, type StatsRange } from 'millrace/shared/runs/run-stats.js';
import { sharedText } from '../../text/shared-text.js';
import { useText } from '../../text/language.js';
import { SegmentedControl } from '../basics/segmented.js';
import { useUrlParams } from './url-params.js';

const urlParamNames = ['range'] as const;

/** Returns the time range from the URL, or `defaultRange` if the URL has no valid range, and a function that changes the range. */
export function useStatsRange(defaultRange: StatsRange): [StatsRange, (range: StatsRange) => void] {
  const [urlParams, setUrlParams] = useUrlParams(urlParamNames);
  const range = statsRanges.find((name) => name === urlParams.range) ?? defaultRange;
  return [range, (next) => setUrlParams({ range: next }, { push: true })];
}

export interface RangePickerProps {
  readonly value: StatsRange;
  readonly onChange: (range: StatsRange) => void;
}

export function RangePicker({ value, onChange }: RangePickerProps) {
  const text = useText(sharedText);
  const options = statsRanges.map((range) => ({ value: range, label: text.ranges[range] }));
  return <SegmentedControl<StatsRange> label={text.range} value={value} options={options} onChange={onChange} />;
}

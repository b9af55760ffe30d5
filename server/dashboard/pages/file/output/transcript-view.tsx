import type { Transcript } from 'millrace/shared/modules/module.js';
import { fileText } from '../../../text/file.js';
import { useText } from '../../../text/language.js';
import { ExpandableText } from '../expandable-text.js';
import styles from './output.module.css';

export interface TranscriptViewProps {
  readonly items: readonly Transcript[];
  readonly highlightedIndex: number | undefined;
  readonly onHighlight: (index: number | undefined) => void;
  readonly onPlay: ((seconds: number) => void) | undefined;
}

/** The segments of a transcript with their start times. If `onPlay` is set, clicking a time plays the recording from that time. */
export function TranscriptView({ items, highlightedIndex, onHighlight, onPlay }: TranscriptViewProps) {
  const text = useText(fileText);
  const segments = items.flatMap((item) => item.timestamped_transcript);
  return (
    <ol className={styles['list']}>
      {segments.map(({ start, end, text: spokenText }, index) => (
        <li key={index} data-highlighted={index === highlightedIndex || undefined}>
          {onPlay ? (
            <button
              type="button"
              className={styles['time']}
              aria-label={text.playFrom(formatSeconds(start))}
              onClick={() => {
                onHighlight(index);
                onPlay(start);
              }}
            >
              {formatSeconds(start)}
            </button>
          ) : (
            <span className={styles['time']} title={`${formatSeconds(start)} – ${formatSeconds(end)}`}>
              {formatSeconds(start)}
            </span>
          )}
          <p>
            <ExpandableText>{spokenText.trim()}</ExpandableText>
          </p>
        </li>
      ))}
    </ol>
  );
}

/** Formats a time in a recording, for example `2:03.4` or `1:02:03.4`. */
function formatSeconds(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  const secondsPart = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  const pad = (value: number) => String(value).padStart(2, '0');
  return minutes < 60 ? `${minutes}:${secondsPart}` : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${secondsPart}`;
}

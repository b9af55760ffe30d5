import { escapeInvisible } from '../../../parts/basics/escape-invisible.js';
import type { Segment } from '../output/item-shapes.js';
import { useObjectUrl } from './use-object-url.js';
import styles from './input.module.css';

export interface InputPlayerProps {
  readonly content: Blob;
  readonly kind: 'audio' | 'video';
  readonly label: string;
  readonly segments: readonly Segment[];
  readonly onHighlight: (index: number | undefined) => void;
  readonly onError: () => void;
  readonly onPlayerChange: (player: HTMLMediaElement | null) => void;
}

/** A player for a recording. Playback highlights the current segment of the transcript. */
export function InputPlayer({
  content,
  kind,
  label,
  segments,
  onHighlight,
  onError,
  onPlayerChange,
}: InputPlayerProps) {
  // JSX needs a single element type; `audio` and `video` both accept the props below
  const Player = kind as 'video';
  const playerRef = useObjectUrl<HTMLMediaElement>(content, onPlayerChange);
  return (
    <div className={styles['media']}>
      <Player
        ref={playerRef}
        controls
        aria-label={escapeInvisible(label)}
        onTimeUpdate={({ currentTarget: { currentTime } }) => {
          const index = segments.findIndex(({ start, end }) => currentTime >= start && currentTime < end);
          onHighlight(index < 0 ? undefined : index);
        }}
        onError={onError}
      />
    </div>
  );
}

import { visibleText } from '../../../parts/basics/visible-text.js';
import type { Segment } from '../output/item-shapes.js';
import { useSource } from './use-source.js';
import styles from './input.module.css';

export interface MediaInputProps {
  readonly content: Blob;
  readonly form: 'audio' | 'video';
  readonly label: string;
  readonly segments: readonly Segment[];
  readonly onLight: (index: number | undefined) => void;
  readonly onError: () => void;
  readonly onPlayer: (player: HTMLMediaElement | null) => void;
}

/** A player for a recording. While it plays, the current segment is highlighted in the transcript. */
export function MediaInput({ content, form, label, segments, onLight, onError, onPlayer }: MediaInputProps) {
  // `audio` and `video` accept the same attributes
  const Player = form as 'video';
  const source = useSource<HTMLMediaElement>(content, onPlayer);
  return (
    <div className={styles['media']}>
      <Player
        ref={source}
        controls
        aria-label={visibleText(label)}
        onTimeUpdate={({ currentTarget: { currentTime } }) => {
          const index = segments.findIndex(({ start, end }) => currentTime >= start && currentTime < end);
          onLight(index < 0 ? undefined : index);
        }}
        onError={onError}
      />
    </div>
  );
}

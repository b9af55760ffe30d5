/** The sample rate that speech models expect, in hertz. */
export const sampleRate = 16_000;

/** Length of the range at the end of a maximum-length piece in which to search for the quietest window, in seconds. */
const searchSeconds = 15;
/** Length of the windows whose loudness is compared, in seconds. */
const windowSeconds = 0.2;

interface AudioPiece {
  /** The offset from the start of the audio, in samples. */
  readonly startSample: number;
  readonly samples: Float32Array;
}

/**
 * Splits audio into pieces of at most `maxSeconds`. Each piece but the last ends at the quietest point near its maximum length, to avoid
 * splitting words. Concatenating the pieces yields the original audio.
 */
export function* splitAudio(pcm: Float32Array, maxSeconds: number): Generator<AudioPiece> {
  const maxSamples = maxSeconds * sampleRate;
  let start = 0;
  while (pcm.length - start > maxSamples) {
    const end = findQuietestPoint(
      pcm,
      start + maxSamples - Math.min(searchSeconds, maxSeconds / 2) * sampleRate,
      start + maxSamples,
    );
    yield { startSample: start, samples: pcm.subarray(start, end) };
    start = end;
  }
  yield { startSample: start, samples: pcm.subarray(start) };
}

/** Returns the middle of the quietest window between two offsets, or `to` if no window fits between them. */
function findQuietestPoint(pcm: Float32Array, from: number, to: number): number {
  const length = windowSeconds * sampleRate;
  let best = to;
  let minLoudness = Infinity;
  for (let at = from; at + length <= to; at += length / 2) {
    let loudness = 0;
    for (let i = at; i < at + length; i += 1) loudness += Math.abs(pcm[i] ?? 0);
    if (loudness < minLoudness) {
      minLoudness = loudness;
      best = at + length / 2;
    }
  }
  return best;
}

/** Samples a second, as the models of speech were trained. */
export const sampleRate = 16_000;

/** How far from a piece's end the quietest place is looked for, and how long it must be. */
const searchSeconds = 15;
const quietSeconds = 0.2;

export interface AudioPiece {
  /** In samples from the beginning. */
  readonly start: number;
  readonly samples: Float32Array;
}

/** Cuts long audio where it is quietest, so that no word is cut. The pieces, one after another, are the audio. */
export function* splitAudio(pcm: Float32Array, seconds: number): Generator<AudioPiece> {
  const longest = seconds * sampleRate;
  let start = 0;
  while (pcm.length - start > longest) {
    const end = quietestPlace(
      pcm,
      start + longest - Math.min(searchSeconds, seconds / 2) * sampleRate,
      start + longest,
    );
    yield { start, samples: pcm.subarray(start, end) };
    start = end;
  }
  yield { start, samples: pcm.subarray(start) };
}

/** The middle of the quietest stretch between two places. */
function quietestPlace(pcm: Float32Array, from: number, to: number): number {
  const length = quietSeconds * sampleRate;
  let best = to;
  let least = Infinity;
  for (let at = from; at + length <= to; at += length / 2) {
    let loudness = 0;
    for (let i = at; i < at + length; i += 1) loudness += Math.abs(pcm[i] ?? 0);
    if (loudness < least) {
      least = loudness;
      best = at + length / 2;
    }
  }
  return best;
}

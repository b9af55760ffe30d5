/** Samples per second of the audio that speech models are trained on. */
export const sampleRate = 16_000;

/** How far before a piece's longest end to search for the quietest place, and the length of that place. */
const searchSeconds = 15;
const quietSeconds = 0.2;

interface AudioPiece {
  /** In samples from the beginning. */
  readonly start: number;
  readonly samples: Float32Array;
}

/** Cuts long audio where it is quietest, to avoid cutting words. The pieces concatenated are the audio. */
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

/** Returns the middle of the quietest stretch between two positions. */
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

import type { ModuleLimits } from '../../modules/module.js';
import { ModuleError } from '../../modules/module.js';
import { decodeInProcess } from './decode-in-process.js';
import { decodeWithFfmpeg } from './decode-with-ffmpeg.js';
import { sampleRate } from './resampler.js';

export type AudioLimits = Pick<ModuleLimits, 'maxAudioSeconds'>;

export interface Audio {
  /** Mono, 16 kHz, from -1 to 1. */
  readonly samples: Float32Array;
  readonly seconds: number;
}

/**
 * Decodes a recording piece by piece, into mono at 16 kHz: whatever ffmpeg reads where that program is on the PATH, else
 * mp3 (also inside a QuickTime file), wav, flac and ogg.
 *
 * @throws `ModuleError` when there is no audio in it that can be read, or more than the limit.
 */
export async function* audioChunks(
  path: string,
  limits: AudioLimits,
  signal: AbortSignal,
): AsyncGenerator<Float32Array> {
  const { maxAudioSeconds } = limits;
  let samples = 0;
  const chunks = (await decodeWithFfmpeg(path, maxAudioSeconds, signal)) ?? (await decodeInProcess(path, signal));
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    samples += chunk.length;
    if (samples > maxAudioSeconds * sampleRate) {
      throw new ModuleError(
        `Expected the recording to last at most ${maxAudioSeconds} seconds, got a longer one. Split it, or raise the server's limit.`,
      );
    }
    if (chunk.length > 0) yield chunk;
  }
  if (samples === 0) throw new ModuleError('No audio could be read from this file: it has no sound in it.');
}

/**
 * Decodes a whole recording: 3.8 MB for each minute. {@link audioChunks} needs less.
 *
 * @throws `ModuleError` when there is no audio in it that can be read, or more than the limit.
 */
export async function readAudio(path: string, limits: AudioLimits, signal: AbortSignal): Promise<Audio> {
  let samples = new Float32Array(60 * sampleRate);
  let length = 0;
  for await (const chunk of audioChunks(path, limits, signal)) {
    if (length + chunk.length > samples.length) {
      const most = Math.ceil(limits.maxAudioSeconds * sampleRate);
      const larger = new Float32Array(Math.max(length + chunk.length, Math.min(most, 2 * samples.length)));
      larger.set(samples.subarray(0, length));
      samples = larger;
    }
    samples.set(chunk, length);
    length += chunk.length;
  }
  return { samples: samples.subarray(0, length), seconds: length / sampleRate };
}

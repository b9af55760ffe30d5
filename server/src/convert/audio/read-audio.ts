import type { ModuleLimits } from '../../module-contract/module.js';
import { ModuleError } from '../../module-contract/module.js';
import { decodeInProcess } from './decode-in-process.js';
import { decodeWithFfmpeg } from './decode-with-ffmpeg.js';
import { refuseCutMp3 } from './refuse-cut-mp3.js';
import { refuseLongFlac } from './refuse-long-flac.js';
import { sampleRate } from './resampler.js';

type AudioLimits = Pick<ModuleLimits, 'maxAudioSeconds'>;

interface Audio {
  /** Mono samples at 16 kHz, from -1 to 1. */
  readonly samples: Float32Array;
  readonly seconds: number;
}

/**
 * Decodes a recording to 16 kHz mono, chunk by chunk. If ffmpeg is on the PATH, all common formats are supported.
 * Otherwise, only mp3 (also inside a QuickTime file), wav, flac and ogg are supported.
 *
 * @throws `ModuleError` if the file contains no readable audio, is truncated, or is longer than the limit.
 */
export async function* audioChunks(
  path: string,
  limits: AudioLimits,
  signal: AbortSignal,
): AsyncGenerator<Float32Array> {
  const { maxAudioSeconds } = limits;
  await refuseCutMp3(path);
  await refuseLongFlac(path, maxAudioSeconds);
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
  if (samples === 0) throw new ModuleError('No audio could be read from this file: its audio track is empty.');
}

/**
 * A resizable `ArrayBuffer` (ES2024), which reserves address space and grows in place, so samples are never copied to a larger
 * buffer.
 */
const GrowingBuffer = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(length: number): void };
const growth = 60 * sampleRate;

/**
 * Decodes an entire recording into memory, which takes up 3.8 MB per minute.
 *
 * @throws `ModuleError` under the same conditions as {@link audioChunks}.
 */
export async function readAudio(path: string, limits: AudioLimits, signal: AbortSignal): Promise<Audio> {
  const maxSamples = Math.ceil(limits.maxAudioSeconds * sampleRate);
  const memory = new GrowingBuffer(0, { maxByteLength: 4 * maxSamples });
  let length = 0;
  for await (const chunk of audioChunks(path, limits, signal)) {
    const needed = length + chunk.length;
    if (4 * needed > memory.byteLength) memory.resize(4 * Math.min(maxSamples, needed + growth));
    new Float32Array(memory, 4 * length, chunk.length).set(chunk);
    length = needed;
  }
  return { samples: new Float32Array(memory, 0, length), seconds: length / sampleRate };
}

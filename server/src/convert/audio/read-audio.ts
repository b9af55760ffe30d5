import { ModuleError, type ModuleLimits, type Warn } from '../../module-contract/module.js';
import { findProgram } from '../../system/find-program.js';
import { describeTruncation } from './describe-truncation.js';
import { decodeInProcess } from './decode-in-process.js';
import { decodeWithFfmpeg } from './decode-with-ffmpeg.js';
import { rejectTruncatedMp3 } from './reject-truncated-mp3.js';
import { rejectLongFlac } from './reject-long-flac.js';
import { modelSampleRate } from './resampler.js';

type AudioLimits = Pick<ModuleLimits, 'maxAudioSeconds'>;

interface DecodedAudio {
  /** Mono samples at 16 kHz, nominally from -1 to 1. */
  readonly samples: Float32Array;
  readonly seconds: number;
  /** Whether no sample is loud enough to be heard. */
  readonly isSilent: boolean;
}

/** Maximum amplitude of silence. Very quiet speech is ten times as loud. */
const silentLevel = 0.0005;
/** Maximum number of audio tracks to try if the main track is silent. */
const maxTracks = 8;

/**
 * Decodes a recording to 16 kHz mono, chunk by chunk. Without ffmpeg on the PATH, supports only mp3 (also as the only track of an MP4 or
 * QuickTime file), wav, flac and ogg.
 *
 * @throws `ModuleError` if the file contains no readable audio, is an mp3 shorter than its header declares, or is longer than the limit.
 */
export async function* decodeChunks(
  path: string,
  limits: AudioLimits,
  signal: AbortSignal,
  { track, warn }: { readonly track?: number; readonly warn?: Warn | undefined } = {},
): AsyncGenerator<Float32Array> {
  const { maxAudioSeconds } = limits;
  await rejectTruncatedMp3(path);
  await rejectLongFlac(path, maxAudioSeconds);
  let sampleCount = 0;
  // without the cast, the compiler would narrow the type to `false`, because it ignores the assignment in `onTruncated`
  let isTruncated = false as boolean;
  const options = { maxSeconds: maxAudioSeconds, signal, track, onTruncated: () => (isTruncated = true) };
  const chunks = (await decodeWithFfmpeg(path, options)) ?? (await decodeInProcess(path, signal));
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    sampleCount += chunk.length;
    if (sampleCount > maxAudioSeconds * modelSampleRate) {
      throw new ModuleError(
        `Expected the recording to last at most ${maxAudioSeconds} seconds, got a longer one. Split it, or raise the server's limit (maxAudioSeconds).`,
      );
    }
    if (chunk.length > 0) yield chunk;
  }
  if (sampleCount === 0) throw new ModuleError('No audio could be read from this file: its audio track is empty.');
  const seconds = sampleCount / modelSampleRate;
  const truncation =
    (await describeTruncation(path, seconds)) ??
    (isTruncated ? 'ffmpeg reports that its end is missing or damaged' : undefined);
  if (truncation === undefined) return;
  warn?.({
    code: 'cut-off',
    message: `The recording is cut off: ${truncation}. Only the first ${seconds.toFixed(1)} seconds were read. Send the complete file.`,
  });
}

/** A resizable `ArrayBuffer` (ES2024). It reserves address space and grows in place, so resizing it does not copy the samples. */
const ResizableBuffer = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(length: number): void };
/** Number of extra samples to allocate whenever the buffer grows. */
const extraSamples = 60 * modelSampleRate;

/**
 * Decodes an entire recording into memory (3.8 MB per minute). If the main audio track is silent and ffmpeg is on the PATH, returns the
 * first audible track instead, if one is found among the first `maxTracks`.
 *
 * @param warn Receives the warnings `cut-off`, `other-sound-track` and `silent-recording`.
 * @throws `ModuleError` under the same conditions as {@link decodeChunks}.
 */
export async function readAudio(
  path: string,
  limits: AudioLimits,
  signal: AbortSignal,
  warn?: Warn,
): Promise<DecodedAudio> {
  const audio = await collect(decodeChunks(path, limits, signal, { warn }), limits);
  if (!audio.isSilent) return audio;
  const hasFfmpeg = (await findProgram('ffmpeg')) !== undefined;
  for (let track = 0; hasFfmpeg && track < maxTracks; track++) {
    const otherTrack = await collect(decodeChunks(path, limits, signal, { track }), limits).catch(() => undefined);
    signal.throwIfAborted();
    if (!otherTrack) break;
    if (otherTrack.isSilent) continue;
    warn?.({
      code: 'other-sound-track',
      message: `The main audio track is silent. Track ${track + 1} was read instead.`,
    });
    return otherTrack;
  }
  warn?.({ code: 'silent-recording', message: 'The recording is silent: nothing is loud enough to be heard.' });
  return audio;
}

async function collect(chunks: AsyncIterable<Float32Array>, limits: AudioLimits): Promise<DecodedAudio> {
  const maxSamples = Math.ceil(limits.maxAudioSeconds * modelSampleRate);
  const buffer = new ResizableBuffer(0, { maxByteLength: 4 * maxSamples });
  let length = 0;
  let isSilent = true;
  for await (const chunk of chunks) {
    const newLength = length + chunk.length;
    if (4 * newLength > buffer.byteLength) buffer.resize(4 * Math.min(maxSamples, newLength + extraSamples));
    new Float32Array(buffer, 4 * length, chunk.length).set(chunk);
    length = newLength;
    isSilent &&= chunk.every((sample) => Math.abs(sample) <= silentLevel);
  }
  return { samples: new Float32Array(buffer, 0, length), seconds: length / modelSampleRate, isSilent };
}

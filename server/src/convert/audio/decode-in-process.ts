import { open, type FileHandle } from 'node:fs/promises';
import { ModuleError } from '../../module-contract/module.js';
import { sniffFile } from '../file-kind.js';
import { checkMp3 } from './check-mp3.js';
import { readFlacChunks } from './flac-chunks.js';
import { mixDown } from './mix-down.js';
import { findAudioTrack } from './mp4-audio-track.js';
import { Resampler } from './resampler.js';
import { findWavSamples } from './wav-samples.js';

interface Decoder {
  decode(chunk: Uint8Array): Decoded;
  /** Returns any audio that the decoder is still buffering. */
  flush?(): Decoded;
  free(): void;
}

interface Decoded {
  readonly channelData: readonly Float32Array[];
  readonly sampleRate: number;
}

interface Source {
  readonly loadDecoder: () => Promise<Decoder>;
  /** Bytes to pass to the decoder before the bytes of the file. */
  readonly header?: Buffer;
  /** The ranges of the file to decode, in bytes. `to` is exclusive. If omitted, the entire file is decoded. */
  readonly ranges?: readonly { readonly from: number; readonly to: number }[];
}

const loadMp3 = async (): Promise<Decoder> => (await import('@audio/decode-mp3')).decoder();
const loadWav = async (): Promise<Decoder> => (await import('@audio/decode-wav')).decoder();
const loadFlac = async (): Promise<Decoder> => (await import('@audio/decode-flac')).decoder();

const decoderLoaderByExtension: Readonly<Record<string, () => Promise<Decoder>>> = {
  flac: loadFlac,
  // FLAC in an ogg container
  oga: loadFlac,
  ogg: async () => (await import('@audio/decode-vorbis')).decoder(),
  opus: async () => (await import('@audio/decode-opus')).decoder(),
};

/**
 * Number of bytes to decode at a time, except for FLAC. Decoding a 3 MB mp3 (50 minutes of speech) all at once would need 1.2 GB of memory.
 */
const chunkBytes = 65_536;
/** The range of supported sample rates, in Hz. The maximum limits the size of the resampler's filter, which grows with the rate. */
const minRate = 1000;
const maxRate = 768_000;

/**
 * Decodes the formats that do not need ffmpeg: mp3 (also as the only track of an MP4 or QuickTime file), wav, flac, and ogg (Vorbis, Opus
 * or FLAC).
 *
 * @throws `ModuleError` if the format is not supported, or the file contains no audio. The generator throws a `ModuleError` if
 * the audio is damaged, or its encoding or sample rate is not supported.
 */
export async function decodeInProcess(path: string, signal: AbortSignal): Promise<AsyncGenerator<Float32Array>> {
  return decode(path, await findSource(path), signal);
}

async function findSource(path: string): Promise<Source> {
  const wav = await findWavSamples(path);
  if (wav) return { loadDecoder: loadWav, header: wav.header, ranges: [wav] };
  const kind = await sniffFile(path);
  const loadDecoder = decoderLoaderByExtension[kind.extension];
  if (loadDecoder) return { loadDecoder };
  // an mp3 with stray bytes before its first frame has no known signature
  if (kind.extension === 'mp3' || kind.extension === '') {
    await checkMp3(path);
    return { loadDecoder: loadMp3 };
  }
  if (['mp4', 'm4a', 'mov', 'm4v', '3gp'].includes(kind.extension)) {
    const track = await findAudioTrack(path);
    if (track?.codec === 'mp3') return { loadDecoder: loadMp3, ranges: track.ranges };
    if (!track) {
      throw new ModuleError('No audio could be read from this file: it has no audio track, or is cut off.');
    }
    throw createFfmpegRequiredError(track.codec);
  }
  const ffmpegFormat = ffmpegFormatByExtension[kind.extension];
  if (ffmpegFormat !== undefined) throw createFfmpegRequiredError(ffmpegFormat);
  throw new ModuleError(
    `No audio could be read from this file: it looks like ${kind.name}. ` +
      'Send an mp3, wav, flac or ogg file; with ffmpeg on its PATH, the server also reads m4a, mp4 and webm.',
  );
}

/** Names of the formats that only ffmpeg can decode, by extension. */
const ffmpegFormatByExtension: Readonly<Record<string, string>> = {
  aac: 'AAC',
  aif: 'AIFF',
  amr: 'AMR',
  asf: 'Windows Media',
  au: 'AU',
  caf: 'Core Audio',
  mkv: 'Matroska',
  spx: 'Speex',
  webm: 'WebM',
};

function createFfmpegRequiredError(format: string): ModuleError {
  return new ModuleError(
    `The audio in this file (${format}) needs ffmpeg, which is not on this server's PATH. ` +
      'Install it (apt-get install ffmpeg), or send the recording as mp3, wav, flac or ogg.',
  );
}

async function* decode(path: string, source: Source, signal: AbortSignal): AsyncGenerator<Float32Array> {
  const file = await open(path);
  try {
    yield* decodeFile(file, source, signal);
  } finally {
    await file.close();
  }
}

async function* decodeFile(file: FileHandle, source: Source, signal: AbortSignal): AsyncGenerator<Float32Array> {
  const decoder = await source.loadDecoder();
  let resampler: Resampler | undefined;
  let decodedLength = 0;
  const resample = (decoded: Decoded): Float32Array | undefined => {
    decodedLength = decoded.channelData[0]?.length ?? 0;
    const mono = mixDown(decoded.channelData);
    if (mono.length === 0) return undefined;
    // in some files, the sample rate changes midway
    if (resampler?.inputRate !== decoded.sampleRate) resampler = createResampler(decoded.sampleRate);
    return resampler.push(mono);
  };
  const chunks = source.loadDecoder === loadFlac ? readFlacChunks(file, () => decodedLength) : readChunks(file, source);
  try {
    for await (const bytes of chunks) {
      signal.throwIfAborted();
      const samples = resample(decodeOrFail(() => decoder.decode(bytes)));
      if (samples) yield samples;
    }
    const last = resample(decodeOrFail(() => decoder.flush?.() ?? noAudio));
    if (last) yield last;
    if (resampler) yield resampler.flush();
  } finally {
    decoder.free();
  }
}

/** The result of flushing a decoder that has no `flush` method. */
const noAudio: Decoded = { channelData: [], sampleRate: 0 };

/** Converts any decoder error to a `ModuleError`. */
function decodeOrFail(decode: () => Decoded): Decoded {
  try {
    return decode();
  } catch {
    throw new ModuleError(
      'No audio could be read from this file: it is damaged, or in a format that needs ffmpeg. ' +
        'Send an mp3, wav, flac or ogg file that plays in a media player.',
    );
  }
}

function createResampler(rate: number): Resampler {
  if (Number.isInteger(rate) && rate >= minRate && rate <= maxRate) return new Resampler(rate);
  throw new ModuleError(
    `Expected the recording's sample rate to be between ${minRate} and ${maxRate} Hz, got ${rate}. The file is damaged.`,
  );
}

async function* readChunks(
  file: FileHandle,
  { header, ranges = [{ from: 0, to: Infinity }] }: Source,
): AsyncGenerator<Uint8Array> {
  if (header) yield header;
  for (const { from, to } of ranges) {
    for (let at = from; at < to;) {
      // allocate a new array for each chunk, because the decoder may keep a view of bytes that it has not used yet
      const chunk = new Uint8Array(Math.min(chunkBytes, to - at));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) return;
      yield chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ModuleError } from '../../module-contract/module.js';
import { findProgram } from '../../system/find-program.js';
import { mixDown } from './mix-down.js';
import { modelSampleRate } from './resampler.js';

/** Number of characters to keep from the end of ffmpeg's error output, which contains the reason for a failure. */
const maxErrorLength = 2000;
const allowedDemuxers = 'mp3,mov,wav,w64,flac,ogg,matroska,aac,aiff,caf,asf,au,amr';

interface FfmpegOptions {
  readonly maxSeconds: number;
  readonly signal: AbortSignal;
  /** The 0-based index of the audio track. If omitted, ffmpeg chooses the track. */
  readonly track?: number | undefined;
  /** Called after the last chunk if ffmpeg failed midway, or reported that the file is truncated. */
  readonly onTruncated?: (() => void) | undefined;
}

/**
 * Decodes a recording with `ffmpeg`, or returns `undefined` if `ffmpeg` is not on the PATH.
 *
 * Restricts ffmpeg to local files in audio and video containers, because a playlist could refer to other files or URLs.
 *
 * @throws `ModuleError`, from the generator, if ffmpeg fails before it outputs any audio.
 */
export async function decodeWithFfmpeg(
  path: string,
  options: FfmpegOptions,
): Promise<AsyncGenerator<Float32Array> | undefined> {
  const program = await findProgram('ffmpeg');
  return program === undefined ? undefined : decode(program, path, options);
}

async function* decode(
  program: string,
  path: string,
  { maxSeconds, signal, track, onTruncated }: FfmpegOptions,
): AsyncGenerator<Float32Array> {
  const child = spawn(
    program,
    [
      ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1'],
      ...['-protocol_whitelist', 'file,pipe', '-format_whitelist', allowedDemuxers],
      // decode one second more than the limit, to detect a recording that is too long
      ...['-t', String(maxSeconds + 1), '-i', `file:${path}`],
      ...(track === undefined ? [] : ['-map', `0:a:${track}`]),
      // keep all channels, because ffmpeg would mix channels of opposite phase to silence
      ...['-vn', '-sn', '-dn', '-ar', String(modelSampleRate), '-c:a', 'pcm_f32le', '-bitexact', '-f', 'wav', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], signal },
  );
  let errorText = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-maxErrorLength);
  });
  const closed = once(child, 'close') as Promise<[code: number | null]>;
  // prevent an unhandled rejection if the generator ends before it awaits `closed`
  closed.catch(() => undefined);
  const decoder = (await import('@audio/decode-wav')).decoder();
  let hasOutput = false;
  try {
    for await (const data of child.stdout) {
      const samples = mixDown(decoder.decode(data as Buffer).channelData);
      if (samples.length === 0) continue;
      hasOutput = true;
      yield samples;
    }
    const [code] = await closed;
    signal.throwIfAborted();
    // if only the end of the recording is corrupt, the audio before it is still useful
    if (code !== 0 && !hasOutput) throw new ModuleError(describeFailure(errorText));
    if (code !== 0 || /partial file|ended prematurely|truncat/i.test(errorText)) onTruncated?.();
  } finally {
    decoder.free();
    child.kill('SIGKILL');
  }
}

function describeFailure(errorText: string): string {
  if (/does not contain any stream|matches no streams/.test(errorText)) {
    return 'No audio could be read from this file: it has no audio track.';
  }
  return 'No audio could be read from this file. Send an mp3, wav, flac, m4a, mp4 or ogg file that plays in a media player.';
}

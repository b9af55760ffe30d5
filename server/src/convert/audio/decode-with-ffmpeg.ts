import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ModuleError } from '../../module-contract/module.js';
import { findProgram } from '../../system/find-program.js';
import { sampleRate } from './resampler.js';

/** Number of characters kept from the end of ffmpeg's error output, which contains the reason for a failure. */
const maxErrorLength = 2000;

/**
 * Decodes a recording with `ffmpeg`, or returns `undefined` if `ffmpeg` is not on the PATH.
 *
 * Only audio and video containers are accepted, and ffmpeg can open only the given file, because a playlist could refer to other
 * files or URLs.
 */
export async function decodeWithFfmpeg(
  path: string,
  maxSeconds: number,
  signal: AbortSignal,
): Promise<AsyncGenerator<Float32Array> | undefined> {
  const program = await findProgram('ffmpeg');
  return program === undefined ? undefined : decode(program, path, maxSeconds, signal);
}

async function* decode(
  program: string,
  path: string,
  maxSeconds: number,
  signal: AbortSignal,
): AsyncGenerator<Float32Array> {
  const child = spawn(
    program,
    [
      ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1'],
      ...['-protocol_whitelist', 'file,pipe'],
      ...['-format_whitelist', 'mp3,mov,wav,flac,ogg,matroska,aac'],
      // decode one second more than the limit, to detect a recording that is too long
      ...['-t', String(maxSeconds + 1), '-i', `file:${path}`],
      // average the channels, as when decoding without ffmpeg; ffmpeg's default mix is 3 dB louder
      ...['-vn', '-sn', '-dn', '-ac', '1', '-rematrix_maxval', '1', '-ar', String(sampleRate), '-f', 'f32le', 'pipe:1'],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], signal },
  );
  let errorText = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errorText = (errorText + text).slice(-maxErrorLength);
  });
  const ended = once(child, 'close') as Promise<[code: number | null]>;
  // the loop below may throw before `ended` is awaited
  ended.catch(() => undefined);
  let hasOutput = false;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const data of child.stdout) {
      const bytes = rest.length === 0 ? (data as Buffer) : Buffer.concat([rest, data as Buffer]);
      const alignedLength = bytes.length - (bytes.length % 4);
      rest = bytes.subarray(alignedLength);
      if (alignedLength === 0) continue;
      hasOutput = true;
      // the bytes are copied because a Float32Array must start at a multiple of four bytes
      yield new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + alignedLength));
    }
    const [code] = await ended;
    signal.throwIfAborted();
    // if only the end of the recording is corrupt, the audio before it is still useful
    if (code !== 0 && !hasOutput) throw new ModuleError(describeFailure(errorText));
  } finally {
    child.kill('SIGKILL');
  }
}

function describeFailure(errorText: string): string {
  if (/does not contain any stream|matches no streams/.test(errorText)) {
    return 'No audio could be read from this file: it has no audio track.';
  }
  return 'No audio could be read from this file. Send an mp3, wav, flac, m4a, mp4 or ogg file that plays in a media player.';
}

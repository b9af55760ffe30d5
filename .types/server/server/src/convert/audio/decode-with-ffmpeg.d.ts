/**
 * Decodes a recording with `ffmpeg`, or returns `undefined` if `ffmpeg` is not on the PATH.
 *
 * Only audio and video containers are accepted, and ffmpeg can open only the given file, because a playlist could refer to other
 * files or URLs.
 */
export declare function decodeWithFfmpeg(path: string, maxSeconds: number, signal: AbortSignal): Promise<AsyncGenerator<Float32Array> | undefined>;

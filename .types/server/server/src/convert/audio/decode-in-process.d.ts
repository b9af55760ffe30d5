/**
 * Decodes the formats that do not need ffmpeg: mp3 (also inside a QuickTime file), wav, flac, and Vorbis and Opus in ogg.
 *
 * @throws `ModuleError` for any other format.
 */
export declare function decodeInProcess(path: string, signal: AbortSignal): Promise<AsyncGenerator<Float32Array>>;

/**
 * Rejects an mp3 file that is shorter than its Xing or Info frame declares, because a partial transcript would look complete.
 * Most encoders write such a frame. If the frame is missing, the original length is unknown.
 *
 * @throws `ModuleError` if the file is truncated.
 */
export declare function refuseCutMp3(path: string): Promise<void>;

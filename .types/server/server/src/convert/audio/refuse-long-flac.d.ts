/**
 * Before decoding, rejects a FLAC file whose declared duration exceeds the maximum, because an hour of silence takes up only
 * 37 kB. If the declared duration is missing or too short, decoding stops at the limit, as for any recording.
 *
 * @throws `ModuleError` if the declared duration exceeds the maximum.
 */
export declare function refuseLongFlac(path: string, maxSeconds: number): Promise<void>;

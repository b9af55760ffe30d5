import type { Limits } from '../types/limits.js';
import type { DataFormat } from '../modules/module.js';
/** Checks the size of an input file against the limits for its format. */
export declare function checkFileSize(bytes: number, format: DataFormat, limits: Limits): string | undefined;
/** Checks the size of a text to summarize, because the hosted service accepts only short texts. */
export declare function checkSummarizeSize(bytes: number, limits: Limits): string | undefined;
/** Checks the numbers of words and lines in a text. */
export declare function checkTextSize(counts: {
    words: number;
    lines: number;
}, limits: Limits): string | undefined;
/** Formats a number of bytes, such as `1.4 MB`. A MB is 2^20 bytes. */
export declare function showBytes(bytes: number): string;

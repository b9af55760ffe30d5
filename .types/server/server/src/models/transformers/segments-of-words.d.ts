import type { TranscribedSegment, TranscribedWord } from '../../module-contract/model-interfaces.js';
/** Groups words into segments. A segment ends after a sentence, at a pause, or when it reaches the maximum duration. */
export declare function segmentsOfWords(words: readonly TranscribedWord[]): TranscribedSegment[];

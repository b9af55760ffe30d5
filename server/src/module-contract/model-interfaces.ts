/** The probability of each sentiment, from 0 to 1. The sum is 1. */
export interface SentimentScores {
  readonly positive: number;
  readonly negative: number;
  /** The probability of a neutral sentiment. Always 0 for models with only two classes. */
  readonly neutral: number;
}

export interface TranscribedWord {
  readonly text: string;
  /** Seconds from the start of the audio. */
  readonly start: number;
  readonly end: number;
  /** The confidence, from 0 to 1, or `null` if the model does not report it. */
  readonly confidence: number | null;
}

export interface TranscribedSegment {
  readonly text: string;
  /** Seconds from the start of the audio. */
  readonly start: number;
  readonly end: number;
  /** The probability that the segment contains no speech, or `null` if the model does not report it. */
  readonly noSpeechProb: number | null;
  /** The confidence, from 0 to 1, or `null` if the model does not report it. */
  readonly confidence: number | null;
  /** The words with timestamps, or `null` if the model does not report them. */
  readonly words: readonly TranscribedWord[] | null;
}

export interface Transcription {
  /** The text of all segments, joined. */
  readonly text: string;
  readonly segments: readonly TranscribedSegment[];
}

interface Concurrent {
  /** Maximum number of concurrent calls. @default 1 */
  readonly concurrency?: number;
}

/** A request for JSON about a text. */
interface JsonRequest {
  readonly instruction: string;
  readonly text: string;
  /** The JSON Schema of the response. Models may not follow it, so the response must be checked. */
  readonly schema: object;
  /** A previous, unusable response, and the objection to send to the model. */
  readonly rejected?: readonly [response: string, objection: string] | undefined;
  /** Whether a cached response to an identical request can be used. */
  readonly usesCache: boolean;
}

export interface JsonResponse {
  /** The text that the model wrote. It may not be JSON. */
  readonly text: string;
  /** Whether the text ends early because of a token limit. */
  readonly isTruncated: boolean;
  /** Number of input tokens, or 0 if the number is unknown. */
  readonly inputTokens: number;
  /** Caches the response for identical requests. Call this method once the response has been validated. */
  cache(): Promise<void>;
}

/** A label that a text can have. */
export interface Label {
  readonly name: string;
  readonly description: string;
}

export interface ScoredLabel {
  readonly label: string;
  /** The score, from 0 to 1, or `null` if the model does not report probabilities. */
  readonly score: number | null;
}

export interface ClassifyOptions {
  /** Whether a text can have several labels. */
  readonly several: boolean;
  readonly instructions: string;
  readonly usesCache: boolean;
}

/**
 * The tasks that models perform. Every method that accepts text, except for `extract.respond`, accepts text of any length: a text longer
 * than the model's context window is split at sentence ends, or otherwise between tokens, and the results are combined. Nothing is
 * truncated. Methods that accept a list of texts return one result per text, in the same order.
 */
export interface Models {
  readonly embeddings: Concurrent & {
    /** Returns one vector per text. The vectors have the same length, and are not normalised. Each depends only on its own text. */
    embed(texts: readonly string[]): Promise<Float32Array[]>;
  };
  readonly sentiment: Concurrent & {
    classify(texts: readonly string[]): Promise<SentimentScores[]>;
  };
  readonly summarize: Concurrent & {
    /** Summarises one block of text. The summary has no line breaks. */
    summarize(text: string): Promise<string>;
  };
  readonly translate: Concurrent & {
    translate(texts: readonly string[]): Promise<string[]>;
  };
  readonly extract: Concurrent & {
    /** The default number of characters to send at once. */
    readonly windowCharacters: number;
    /**
     * Sends the text without splitting it, unlike the other methods, because the parts of a document need different instructions.
     *
     * @throws `RefusedTextError` if the model refuses the text, for example because the text is too long (`isTooLong`).
     */
    respond(request: JsonRequest): Promise<JsonResponse>;
  };
  readonly classify: Concurrent & {
    /** Whether a score is the margin of a label over the most similar label that was not chosen, rather than a probability. */
    readonly hasSimilarityScores: boolean;
    /** Returns the labels of a text, most likely first, or an empty list if no label applies. */
    classify(text: string, labels: readonly Label[], options: ClassifyOptions): Promise<ScoredLabel[]>;
  };
  readonly transcribe: {
    /**
     * @param pcm Mono samples at 16 kHz, from -1 to 1.
     * @param onProgress Called after each part with the number of seconds transcribed so far. If it throws, transcription stops.
     */
    transcribe(pcm: Float32Array, onProgress?: (seconds: number) => void): Promise<Transcription>;
  };
  readonly caption: {
    /** @param path The path of a PNG or JPEG file whose size has been checked. */
    caption(path: string): Promise<string>;
  };
}

export type ModelTask = keyof Models;

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

interface ConcurrencyLimit {
  /** Maximum number of concurrent calls. @default 1 */
  readonly concurrency?: number;
}

/** A request to extract JSON data from a text. */
interface JsonRequest {
  readonly instruction: string;
  readonly text: string;
  /** The JSON Schema of the response. Models do not always follow it, so the caller must validate the response. */
  readonly schema: object;
  /** The previous response, if the caller rejected it, and a message that tells the model what is wrong. */
  readonly rejected?: readonly [response: string, correctionRequest: string] | undefined;
  /** Whether a cached response to an identical request can be used. */
  readonly usesCache: boolean;
}

export interface JsonResponse {
  /** The text that the model generated, which is not necessarily valid JSON. */
  readonly text: string;
  /** Whether the text was cut off at a token limit. */
  readonly isTruncated: boolean;
  /** Number of input tokens, or 0 if the number is unknown. */
  readonly inputTokens: number;
  /** Caches the response for identical requests. Call this method only after validating the response. */
  cache(): Promise<void>;
}

/** A label that a text can have. */
export interface Label {
  readonly name: string;
  readonly description: string;
}

export interface ScoredLabel {
  readonly label: string;
  /** The score, from 0 to 1, or `null` if the model does not report one. See `hasSimilarityScores` for its meaning. */
  readonly score: number | null;
}

export interface ClassifyOptions {
  /** Whether a text can have more than one label. */
  readonly allowsSeveral: boolean;
  readonly instructions: string;
  readonly usesCache: boolean;
}

/**
 * The tasks that models perform. Every method that accepts text, except for `extract.respond`, accepts text of any length: a text longer
 * than the model's context window is split at sentence ends, or if necessary between or within words, and the results are combined. No text
 * is truncated, but a classifier with similarity scores compares only a sample of a very long text. Methods that accept a list of texts
 * return one result per text, in the same order.
 */
export interface Models {
  readonly embeddings: ConcurrencyLimit & {
    /**
     * Returns one vector per text. All vectors have the same number of dimensions, and are not necessarily normalized. Each vector depends
     * only on its own text.
     */
    embed(texts: readonly string[]): Promise<Float32Array[]>;
  };
  readonly sentiment: ConcurrencyLimit & {
    classify(texts: readonly string[]): Promise<SentimentScores[]>;
  };
  readonly summarize: ConcurrencyLimit & {
    /** Summarizes one block of text. The summary has no line breaks. */
    summarize(text: string): Promise<string>;
  };
  readonly translate: ConcurrencyLimit & {
    translate(texts: readonly string[]): Promise<string[]>;
  };
  readonly extract: ConcurrencyLimit & {
    /** The default maximum length of the text in a request, in characters. */
    readonly windowCharacters: number;
    /**
     * Unlike the other methods, sends the text without splitting it, because each part of a document needs its own instruction.
     *
     * @throws `RefusedTextError` if the model refuses the text, for example because the text is too long (`isTooLong`).
     */
    respond(request: JsonRequest): Promise<JsonResponse>;
  };
  readonly classify: ConcurrencyLimit & {
    /**
     * Whether a label's score is a margin rather than a probability: the label's similarity to the text minus the similarity of the best
     * label that was not chosen.
     */
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
    /** @param path The path of a PNG or JPEG file with at most `ModuleLimits.maxPixels` pixels. */
    caption(path: string): Promise<string>;
  };
}

export type ModelTask = keyof Models;

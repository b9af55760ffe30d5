import type { Classification, ClassifyParams, ExtractParams, Extraction } from '../types/extraction.js';

/** The format of a module's input or output. In a valid chain, each module accepts the previous module's output format. */
export type DataFormat = 'text' | 'json' | 'image' | 'audio' | 'npy' | 'faiss' | 'db';

/** The type of an empty object. TypeScript's `{}` accepts any value except `null` and `undefined`. */
type NoParams = Record<never, never> & { readonly [key: string]: never };

/** An entry in the {@link ModuleRegistry}: the formats, model names and parameters of a module, and the type of its parsed output. */
export interface Spec<
  I extends DataFormat,
  O extends DataFormat,
  M extends string,
  R = null,
  P extends object = NoParams,
> {
  readonly input: I;
  readonly output: O;
  readonly models: M;
  readonly params: P;
  readonly result: R;
}

/** A piece of text. `parser` and `translate` output snippets, and modules that accept JSON read them as input. */
export interface Snippet {
  snippet: string;
  /** The 1-based numbers of the lines that the snippet spans in the input text, in ascending order. Absent in translations. */
  line_numbers?: number[];
  /** `ocr` if OCR read any part of the snippet, for example from a scanned page. Only `parser` sets this field. */
  source?: 'ocr';
  /** The mean OCR confidence, from 0 to 1. Absent unless `source` is `ocr`. */
  confidence?: number;
}

/** An output item of `sentiment`. The three scores add up to 1, apart from rounding. */
export interface SentimentSnippet {
  snippet: string;
  positive: number;
  negative: number;
  neutral: number;
}

/** An output item of `caption`. */
export interface Caption {
  caption: string;
}

/** An output item of `ocr`: the image's text, and each word with its position in pixels and its confidence (`conf`) from 0 to 100. */
export interface RecognisedText {
  text: string;
  detections: { left: number; top: number; width: number; height: number; text: string; conf: number }[];
}

/** An output item of `transcribe`: the text, and its segments with start and end times in seconds. */
export interface Transcript {
  transcript: string;
  timestamped_transcript: {
    id: number;
    start: number;
    end: number;
    text: string;
    /** `null` if the model does not return this value. The same applies to the nullable fields below. */
    no_speech_prob: number | null;
    confidence: number | null;
    words: { text: string; start: number; end: number; confidence: number | null }[] | null;
  }[];
}

/** The parameters that all built-in modules that accept text files have in common. */
export interface ReadingParams {
  /** The encoding of a text file, such as `windows-1250`. @default detected from the file's content */
  encoding?: string;
  /** The pages of a PDF to read with OCR: those without readable text (`auto`), none (`never`) or all (`always`). @default 'auto' */
  ocr?: 'auto' | 'never' | 'always';
  /** The languages for OCR, in Tesseract's notation, such as `eng` or `eng+spa`. @default 'eng' */
  ocr_languages?: string;
}

/** The input formats of a module that accepts text or a JSON array of items. */
type TextOrItems = 'text' | 'json';

/**
 * Maps each module's name to its types. Use declaration merging to add the custom modules of a self-hosted server.
 *
 * @example
 * ```ts
 * import type { Spec } from 'millrace';
 *
 * declare module 'millrace' {
 *   interface ModuleRegistry {
 *     shorten: Spec<'text', 'text', 'base'>;
 *   }
 * }
 * ```
 */
export interface ModuleRegistry {
  caption: Spec<
    'image',
    'json',
    'vit-gpt2-image-captioning' | 'git-base' | 'blip-image-captioning-base' | 'blip-image-captioning-large',
    Caption[]
  >;
  classify: Spec<
    TextOrItems,
    'json',
    'chat' | 'all-MiniLM-L6-v2' | 'builtin-nearest-label',
    Classification | Classification[],
    ReadingParams & ClassifyParams
  >;
  extract: Spec<TextOrItems, 'json', 'chat', Extraction | Extraction[], ReadingParams & ExtractParams>;
  'json-to-txt': Spec<'json', 'text', 'base'>;
  'keyword-db': Spec<'text', 'db', 'sqlite' | 'base', null, ReadingParams>;
  ocr: Spec<'image', 'json', 'tesseract-en' | 'tesseract-es', RecognisedText[]>;
  parser: Spec<
    'text',
    'json',
    'sentence' | 'fixed',
    Snippet[],
    ReadingParams & { chunk_size?: number; overlap_size?: number; language?: string }
  >;
  sentiment: Spec<
    'json',
    'json',
    | 'distilbert-base-uncased-finetuned-sst-2-english'
    | 'bert-base-multilingual-uncased-sentiment'
    | 'distilbert-base-multilingual-cased-sentiments-student'
    | 'distilroberta-finetuned-financial-news-sentiment-analysis'
    | 'vader-english',
    SentimentSnippet[]
  >;
  summarize: Spec<'text', 'text', 'bart-large-cnn' | 'text-summarization' | 'builtin-extractive', null, ReadingParams>;
  'text-embedder': Spec<
    'json',
    'npy',
    | 'all-MiniLM-L6-v2'
    | 'all-mpnet-base-v2'
    | 'all-MiniLM-L12-v2'
    | 'multi-qa-MiniLM-L6-cos-v1'
    | 'msmarco-distilbert-dot-v5'
    | 'universal-sentence-encoder-lite'
    | 'builtin-hash-384',
    null,
    { quantize?: boolean }
  >;
  transcribe: Spec<
    'audio',
    'json',
    'whisper-tiny' | 'whisper-base' | 'whisper-small' | 'whisper-medium' | 'whisper-large-v3',
    Transcript[]
  >;
  translate: Spec<
    'json',
    'json',
    | 'opus-mt-de-en'
    | 'opus-mt-en-es'
    | 'opus-mt-es-en'
    | 'opus-mt-en-fr'
    | 'opus-mt-fr-en'
    | 'opus-mt-it-en'
    | 'opus-mt-zh-en',
    Snippet[]
  >;
  'vector-db': Spec<'npy', 'faiss', 'faiss'>;
}

/** The name of a module in the {@link ModuleRegistry}. */
export type ModuleName = keyof ModuleRegistry & string;

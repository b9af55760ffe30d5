import { findConversionKind } from 'millrace/shared/modules/conversion-kinds.js';
import type { FileKind } from 'millrace/shared/modules/file-kinds.js';

/** The settings of the endpoint that converts documents to text. They must be plain data, because they are sent to the module's process. */
export interface ConversionSettings {
  readonly service: 'docling' | 'tika';
  /** The endpoint's URL, without the API path, such as `http://127.0.0.1:5001`. */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** The file types that the endpoint converts, by name (`odt`) or by extension (`.wpd`). */
  readonly kinds: readonly string[];
  /**
   * What to do if the endpoint is unavailable. `fail` fails the run. `fallback` reads the file with the server's own reader, and fails the
   * run only if the server cannot read this file type.
   */
  readonly whenAway: 'fail' | 'fallback';
  /** Timeout for one document, including retries, in seconds. */
  readonly timeoutSeconds: number;
}

export function getConvertedKinds(conversion: ConversionSettings | undefined): FileKind[] {
  return (conversion?.kinds ?? []).flatMap((kind) => findConversionKind(kind) ?? []);
}

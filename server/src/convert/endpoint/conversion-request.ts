import type { ModuleContext } from '../../module-contract/module.js';
import type { OcrOptions } from '../ocr/ocr-options.js';
import type { ConversionClient } from './conversion-client.js';

export type ConversionContext = Pick<ModuleContext, 'limits' | 'signal' | 'warn' | 'progress' | 'log'>;

/** A document to convert, with the client and options for the conversion. */
export interface ConversionRequest {
  readonly client: ConversionClient;
  readonly apiKey: string | undefined;
  readonly bytes: Buffer;
  /** A generic file name with the document's extension. The user's file name is not sent. */
  readonly fileName: string;
  readonly ocrOptions: OcrOptions;
  readonly context: ConversionContext;
}

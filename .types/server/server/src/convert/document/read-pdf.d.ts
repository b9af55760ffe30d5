/**
 * Returns a PDF's text, line by line and page by page.
 *
 * @throws `ModuleError` if the PDF requires a password, is corrupt, or contains no text (as in a scan).
 */
export declare function readPdf(bytes: Uint8Array, maxTextBytes: number, signal?: AbortSignal): Promise<string>;

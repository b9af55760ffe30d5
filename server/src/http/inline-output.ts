import type { RunRecord } from '../store/tables/runs.js';
import type { HttpContext } from './http-context.js';

/**
 * Reads an output for inclusion in a response, encoded as base64. Returns `undefined` if there is no output, if the output exceeds
 * `maxBytes` or the server's limit, or if reading fails.
 */
export async function readInlineOutput(
  { engine, limits, logger }: Pick<HttpContext, 'engine' | 'limits' | 'logger'>,
  output: RunRecord['output'],
  maxBytes: number,
): Promise<{ extension: string; sha256: string; content: string } | undefined> {
  if (!output || output.bytes > Math.min(maxBytes, limits.inlineBytes ?? 0)) return undefined;
  const { extension, sha256, blob } = output;
  try {
    const content = await engine.blobs.load(blob);
    if (!content) throw new Error(`Expected blob ${blob} to exist, got nothing.`);
    return { extension, sha256: Buffer.from(sha256, 'hex').toString('base64'), content: content.toString('base64') };
  } catch (error) {
    logger.warn('failed to read an output', { error: String(error) });
    return undefined;
  }
}

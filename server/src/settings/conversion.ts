import * as z from 'zod';
import { conversionKindNames, findConversionKind } from 'millrace/shared/modules/conversion-kinds.js';
import { webUrlSchema } from './endpoint-settings.js';

const kindSchema = z.string().refine((name) => findConversionKind(name) !== undefined, {
  error: `must be one of ${conversionKindNames.join(', ')}, or an extension such as .wpd`,
});

/** A docling-serve or Apache Tika server, which converts documents to text. */
export const conversionSchema = z.strictObject({
  service: z.enum(['docling', 'tika']),
  /** The server's URL, without the path of its API, such as `http://127.0.0.1:5001`. */
  baseUrl: webUrlSchema,
  apiKey: z.string().min(1).optional(),
  /** The kinds of files to convert, each as a name, such as `pdf`, or an extension, such as `.wpd`. */
  kinds: z.array(kindSchema).min(1),
  /**
   * What to do if the endpoint is unavailable. `fail` fails the run. `fallback` uses the built-in reader and adds a warning, or fails the
   * run if there is no built-in reader for the file.
   */
  whenAway: z.enum(['fail', 'fallback']).default('fail'),
  /** Timeout for one document, including retries, in seconds. */
  timeoutSeconds: z.number().positive().max(86_400).default(300),
});

/** The field that each `MILLRACE_CONVERSION_<SUFFIX>` variable sets, and the parser for the variable's value. */
const fieldBySuffix: Readonly<Record<string, readonly [field: string, parse: (text: string) => unknown]>> = {
  SERVICE: ['service', String],
  BASE_URL: ['baseUrl', String],
  API_KEY: ['apiKey', String],
  KINDS: ['kinds', (text) => text.split(',').map((name) => name.trim())],
  WHEN_AWAY: ['whenAway', String],
  TIMEOUT: ['timeoutSeconds', Number],
};

/**
 * Reads the conversion endpoint from the `MILLRACE_CONVERSION_` variables, without validation. Returns `undefined` if
 * `MILLRACE_CONVERSION_BASE_URL` is not set.
 */
export function readConversionSettings(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> | undefined {
  if (!env['MILLRACE_CONVERSION_BASE_URL']) return undefined;
  return Object.fromEntries(
    Object.entries(fieldBySuffix).flatMap(([suffix, [field, parse]]) => {
      const text = env[`MILLRACE_CONVERSION_${suffix}`];
      return text ? [[field, parse(text)]] : [];
    }),
  );
}

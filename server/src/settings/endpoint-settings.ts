import * as z from 'zod';
import { findEndpointUrlProblem } from './endpoint-url.js';

export const webUrlSchema = z
  .url({ protocol: /^https?$/, error: 'must be a URL that starts with http:// or https://' })
  // `fetch` rejects credentials in a URL, and its error contains the password
  .refine((url) => !URL.canParse(url) || (new URL(url).username === '' && new URL(url).password === ''), {
    error: 'must not contain a user name or password; use the key or token setting instead',
  });

/** An OpenAI-compatible server for one module's models. */
export const endpointSchema = z.strictObject({
  /** The base URL, such as `http://127.0.0.1:11434/v1`. If it has no path, `/v1` is tried first. */
  baseUrl: webUrlSchema.superRefine((url, context) => {
    const message = findEndpointUrlProblem(url);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  }),
  apiKey: z
    .string()
    .regex(/^[!-~]+$/, 'must be printable ASCII without spaces, because it is sent in a header')
    .optional(),
  /** The name that the endpoint uses for models that are not in `models`. @default the model's own name, if `models` is not set */
  model: z.string().min(1).optional(),
  /** The name that the endpoint uses for each model. Models that are not listed do not use the endpoint, unless `model` is set. */
  models: z.record(z.string().min(1), z.string().min(1)).optional(),
  /** Timeout for a response, including retries, in seconds. */
  timeoutSeconds: z.number().positive().max(86_400).default(60),
  /** Maximum length of a text, in characters. Longer texts are split. @default 4000; 24,000 for extract and classify */
  windowCharacters: z.int().min(1).optional(),
  /** Maximum number of concurrent requests for one file. */
  concurrency: z.int().min(1).max(256).default(4),
});

type Environment = Readonly<Record<string, string | undefined>>;

const parseNumber = (text: string) => Number(text);
/** Parses pairs such as `all-MiniLM-L6-v2=nomic-embed-text,all-mpnet-base-v2=bge-base`. */
const parsePairs = (text: string) =>
  Object.fromEntries(
    text.split(',').map((pair) => {
      const [name = '', upstream = ''] = pair.split('=', 2).map((part) => part.trim());
      return [name, upstream];
    }),
  );

/** The field that each `MILLRACE_<MODULE>_<SUFFIX>` variable sets, and the parser for the variable's value. */
const fieldBySuffix: Readonly<Record<string, readonly [field: string, parse: (text: string) => unknown]>> = {
  BASE_URL: ['baseUrl', String],
  API_KEY: ['apiKey', String],
  MODEL: ['model', String],
  MODELS: ['models', parsePairs],
  TIMEOUT: ['timeoutSeconds', parseNumber],
  WINDOW: ['windowCharacters', parseNumber],
  CONCURRENCY: ['concurrency', parseNumber],
};

/**
 * Reads the modules' endpoints from the `MILLRACE_<MODULE>_` variables, without validation. Omits modules whose
 * `MILLRACE_<MODULE>_BASE_URL` is not set.
 */
export function readEndpointSettings(env: Environment): Record<string, Record<string, unknown>> {
  const modules = Object.entries(env).flatMap(([variable, value]) => {
    const module = /^MILLRACE_([A-Z0-9_]+)_BASE_URL$/.exec(variable)?.[1];
    // `MILLRACE_CONVERSION_BASE_URL` belongs to the conversion endpoint, not to a module
    return module !== undefined && module !== 'CONVERSION' && value ? [module] : [];
  });
  return Object.fromEntries(
    modules.map((module) => [
      module.toLowerCase().replaceAll('_', '-'),
      Object.fromEntries(
        Object.entries(fieldBySuffix).flatMap(([suffix, [field, parse]]) => {
          const text = env[`MILLRACE_${module}_${suffix}`];
          return text ? [[field, parse(text)]] : [];
        }),
      ),
    ]),
  );
}

import * as z from 'zod';

export const count = z.int().min(0);
export const nullableMilliseconds = z.number().nullable();

export const usage = z.object({ requests: count, cached: count, inputTokens: count, outputTokens: count });

/** A time in ISO 8601 format, or `null`. */
export const nullableTime = z.string().nullable();

/** A UTC time in the hosted service's format: `2024-05-01 12:00:00`. */
export const timestamp = z.string().transform((text, context) => {
  const date = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? new Date(`${text.replace(' ', 'T')}Z`) : new Date(NaN);
  if (Number.isNaN(date.getTime())) context.addIssue({ code: 'custom', message: 'not YYYY-MM-DD HH:MM:SS' });
  return date;
});

/** A UUID. Any other value is rejected, because ids become part of local file names. */
export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'not an id');

export const tags = z
  .array(z.record(z.string(), z.string()))
  .nullish()
  .transform((list) => list ?? []);

/** Warnings, converted to strings. Responses to `process` contain strings; all other responses contain objects with one key. */
export const warnings = z
  .array(z.union([z.string(), z.record(z.string(), z.json())]))
  .nullish()
  .transform((list) => (list ?? []).map(describeWarning));

function describeWarning(warning: string | Record<string, unknown>): string {
  if (typeof warning === 'string') return warning;
  return Object.entries(warning)
    .map(([text, details]) => `${text}: ${typeof details === 'string' ? details : JSON.stringify(details)}`)
    .join('; ');
}

/** A file extension. Its format is checked, because it becomes part of a local file name. */
export const outputExtension = z.string().regex(/^\.[a-z0-9]{1,16}$/i, 'not an extension');

/** The chosen models and parameters, by module position: `module_1`, `module_2`, …. */
export const chosenModules = z.record(
  z.string(),
  z.object({ model: z.string().nullish(), params: z.record(z.string(), z.json()).nullish() }),
);

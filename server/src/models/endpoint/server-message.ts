import { isObject } from 'millrace/shared/rules/format-value.js';

const maxLength = 300;
/** The fields that can contain an error message, most informative first. */
const messageFields = ['error', 'message', 'detail', 'details', 'msg', 'errors', 'error_description', 'title'];

/**
 * Reads the error message from a server's response, joins its lines, and truncates a long message. Supports OpenAI's `error.message`,
 * Ollama's `error`, vLLM's `message`, FastAPI's `detail` as a string or a list, Gemini's list, HTML titles, and plain text. Returns an
 * empty string if there is no message.
 */
export function readServerMessage(json: unknown, body: string): string {
  const message = json === undefined ? readNonJsonMessage(body) : (findMessage(json, 0) ?? '');
  const line = message.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

/** Reads an error's `param`, which names the refused field, and its `code` and `type`. Skips values that are not strings. */
export function readErrorDetails(json: unknown): string {
  const first: unknown = Array.isArray(json) ? json[0] : json;
  const outer = isObject(first) ? first : {};
  const error = isObject(outer['error']) ? outer['error'] : outer;
  return ['param', 'code', 'type']
    .map((key) => error[key])
    .filter((value) => typeof value === 'string')
    .join(' ');
}

function findMessage(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (depth > 5) return undefined;
  if (Array.isArray(value)) {
    const messages = value.slice(0, 3).flatMap((part) => findMessage(part, depth + 1) ?? []);
    return messages.length === 0 ? undefined : messages.join('; ');
  }
  if (!isObject(value)) return undefined;
  const message = messageFields.map((key) => findMessage(value[key], depth + 1)).find((found) => found !== undefined);
  if (message === undefined) return undefined;
  const raw = isObject(value['metadata']) ? findMessage(value['metadata']['raw'], depth + 1) : undefined;
  const location = Array.isArray(value['loc']) ? `${value['loc'].filter((part) => part !== 'body').join('.')}: ` : '';
  return `${location}${message}${raw === undefined ? '' : `: ${raw}`}`;
}

function readNonJsonMessage(body: string): string {
  if (!/^\s*<(!doctype|html|\?xml)/i.test(body)) return body;
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1]?.trim() ?? '';
  return title === '' ? 'a web page' : `a web page, "${title}"`;
}

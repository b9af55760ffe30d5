import { isObject } from 'millrace/shared/rules/show-value.js';

const maxLength = 300;
/** The fields in which servers put error messages, the most informative first. */
const keys = ['error', 'message', 'detail', 'details', 'msg', 'errors', 'error_description', 'title'];

/**
 * Returns a server's error message, on one line and truncated: OpenAI's `error.message`, Ollama's `error`, vLLM's `message`,
 * FastAPI's `detail` as a text or a list, Gemini's list, a page's title, or plain text. Returns '' if there is no message.
 */
export function serverMessage(json: unknown, body: string): string {
  const message = json === undefined ? textMessage(body) : (find(json, 0) ?? '');
  const line = message.replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length > maxLength ? `${line.slice(0, maxLength)}…` : line;
}

/** Returns the error's `param`, `code` and `type`, which name the refused field or the reason. */
export function errorFacts(json: unknown): string {
  const first: unknown = Array.isArray(json) ? json[0] : json;
  const outer = isObject(first) ? first : {};
  const error = isObject(outer['error']) ? outer['error'] : outer;
  return ['param', 'code', 'type']
    .map((key) => error[key])
    .filter((value) => typeof value === 'string')
    .join(' ');
}

function find(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (depth > 5) return undefined;
  if (Array.isArray(value)) {
    const all = value.slice(0, 3).flatMap((part) => find(part, depth + 1) ?? []);
    return all.length === 0 ? undefined : all.join('; ');
  }
  if (!isObject(value)) return undefined;
  const message = keys.map((key) => find(value[key], depth + 1)).find((found) => found !== undefined);
  if (message === undefined) return undefined;
  const raw = isObject(value['metadata']) ? find(value['metadata']['raw'], depth + 1) : undefined;
  const place = Array.isArray(value['loc']) ? `${value['loc'].filter((part) => part !== 'body').join('.')}: ` : '';
  return `${place}${message}${raw === undefined ? '' : `: ${raw}`}`;
}

function textMessage(body: string): string {
  if (!/^\s*<(!doctype|html|\?xml)/i.test(body)) return body;
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1]?.trim() ?? '';
  return title === '' ? 'a web page' : `a web page, "${title}"`;
}

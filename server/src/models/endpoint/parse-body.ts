import { isObject } from 'millrace/shared/rules/format-value.js';
import type { HttpResponse } from '../../system/send-http-request.js';

/**
 * Parses the JSON or the event stream in a response. In JSON, Python's `NaN` and `Infinity` become `null`. Some servers send an event
 * stream although the client did not request one. A stream is recognized by its content type or its first line, and is converted to a chat
 * completion. If an event contains an error, the first such event is returned instead.
 *
 * @returns `undefined` if the body is neither JSON nor an event stream.
 */
export function parseBody({ headers, body: content }: HttpResponse): unknown {
  const body = content.toString();
  const json = parseJson(body);
  if (json !== undefined) return json;
  const isStream = headers['content-type']?.includes('text/event-stream') || /^\s*(data|event): ?/.test(body);
  return isStream ? parseEventStream(body) : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const repaired = text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (match) =>
      match.startsWith('"') ? match : 'null',
    );
    if (repaired === text) return undefined;
    try {
      return JSON.parse(repaired);
    } catch {
      return undefined;
    }
  }
}

/**
 * Joins the deltas of a streamed chat completion, or returns the first event with an error. If the stream contains no finish reason, the
 * result has the finish reason `stop` after `[DONE]`, and `length` otherwise, because the stream is incomplete without `[DONE]`.
 */
function parseEventStream(body: string): unknown {
  const message = { content: '', reasoning_content: '', refusal: '' };
  let finishReason: unknown;
  let isDone = false;
  for (const line of body.split(/\r?\n/)) {
    const data = /^data: ?(.*)$/.exec(line)?.[1];
    if (data === undefined) continue;
    if (data.trim() === '[DONE]') {
      isDone = true;
      continue;
    }
    const event = parseJson(data);
    if (!isObject(event)) continue;
    if (event['error'] != null) return event;
    const [choice] = Array.isArray(event['choices']) ? (event['choices'] as unknown[]) : [];
    if (!isObject(choice)) continue;
    finishReason = choice['finish_reason'] ?? finishReason;
    const delta = isObject(choice['delta']) ? choice['delta'] : choice['message'];
    if (!isObject(delta)) continue;
    for (const key of ['content', 'reasoning_content', 'refusal'] as const) {
      if (typeof delta[key] === 'string') message[key] += delta[key];
    }
  }
  const reason = typeof finishReason === 'string' ? finishReason : isDone ? 'stop' : 'length';
  return { choices: [{ finish_reason: reason, message }] };
}

/** Reads a token count from a response's `usage`. Returns 0 if the count is missing or invalid. */
export function readTokenCount(json: unknown, name: string): number {
  const usage = isObject(json) ? json['usage'] : undefined;
  const value = isObject(usage) ? usage[name] : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

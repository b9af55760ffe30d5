import { cutText, tooLargePlaceholder, eventLimits } from '../shared/runs/event-limits.js';
import { leftOutPlaceholder } from '../shared/rules/json-record.js';
import { toStorableJson } from '../shared/rules/storable-json.js';
import type { RunEvent } from '../shared/runs/run-event.js';

/** The event fields that contain user values. */
const valueFields = ['input', 'result', 'output'] as const;

/**
 * Serialises an event to JSON that every server accepts. Values that are too large or too deeply nested are replaced with a placeholder,
 * and long text is truncated. Characters that PostgreSQL cannot store are replaced.
 */
export function writeEvent(event: RunEvent): string {
  return toStorableJson(shorten(event));
}

function shorten(event: RunEvent): unknown {
  const short: Record<string, unknown> = { ...event };
  for (const name of valueFields) {
    if (short[name] === undefined) continue;
    short[name] = limitSize(short[name]);
  }
  if (event.type === 'log') short['message'] = cutText(event.message, eventLimits.message);
  if ('error' in event) short['error'] = { ...event.error, message: cutText(event.error.message, eventLimits.message) };
  if (event.type === 'progress') short['progress'] = shortenProgress(event.progress);
  return short;
}

function shortenProgress(progress: Extract<RunEvent, { type: 'progress' }>['progress']): unknown {
  const { message, data, ...numbers } = progress;
  return {
    ...numbers,
    ...(message !== undefined && { message: cutText(message, eventLimits.message) }),
    ...(data !== undefined && { data: limitSize(data) }),
  };
}

function limitSize(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text.length > eventLimits.json) return tooLargePlaceholder(text.length);
  return isTooDeep(text) ? leftOutPlaceholder(`left out: nested more than ${eventLimits.depth} levels deep`) : value;
}

/** Returns whether JSON is nested too deeply. Also counts brackets in strings, which matters only if dozens are unclosed. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > eventLimits.depth) return true;
  }
  return false;
}

import { truncateText, createTooLargePlaceholder, eventLimits } from '../shared/runs/event-limits.js';
import { createLeftOutPlaceholder } from '../shared/rules/json-record.js';
import { toStorableJson } from '../shared/rules/storable-json.js';
import type { RunEvent } from '../shared/runs/run-event.js';

/** The top-level event fields that contain user values. */
const valueFields = ['input', 'result', 'output'] as const;

/**
 * Serializes an event to JSON. Replaces values that are too large or too deeply nested with placeholders, truncates long messages, and
 * replaces characters that PostgreSQL cannot store.
 */
export function serializeEvent(event: RunEvent): string {
  return toStorableJson(limitEvent(event));
}

function limitEvent(event: RunEvent): unknown {
  const limited: Record<string, unknown> = { ...event };
  for (const field of valueFields) {
    if (limited[field] === undefined) continue;
    limited[field] = replaceIfOverLimit(limited[field]);
  }
  if (event.type === 'log') limited['message'] = truncateText(event.message, eventLimits.messageLength);
  if ('error' in event)
    limited['error'] = { ...event.error, message: truncateText(event.error.message, eventLimits.messageLength) };
  if (event.type === 'progress') limited['progress'] = limitProgress(event.progress);
  return limited;
}

function limitProgress(progress: Extract<RunEvent, { type: 'progress' }>['progress']): unknown {
  const { message, data, ...numbers } = progress;
  return {
    ...numbers,
    ...(message !== undefined && { message: truncateText(message, eventLimits.messageLength) }),
    ...(data !== undefined && { data: replaceIfOverLimit(data) }),
  };
}

function replaceIfOverLimit(value: unknown): unknown {
  const json = JSON.stringify(value);
  if (json.length > eventLimits.jsonCharacters) return createTooLargePlaceholder(json.length);
  return isTooDeep(json)
    ? createLeftOutPlaceholder(`left out: nested more than ${eventLimits.jsonDepth} levels deep`)
    : value;
}

/** Returns whether JSON is nested more than `eventLimits.jsonDepth` levels deep. Approximate, because brackets in strings also count. */
function isTooDeep(json: string): boolean {
  let depth = 0;
  for (const bracket of json.match(/[[\]{}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > eventLimits.jsonDepth) return true;
  }
  return false;
}

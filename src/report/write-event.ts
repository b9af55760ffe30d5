import { cutText, leftOut, eventLimits } from '../shared/runs/event-limits.js';
import { markNotJson } from '../shared/rules/json-record.js';
import { toStorableJson } from '../shared/rules/storable-json.js';
import type { RunEvent } from '../shared/runs/run-event.js';

/** Where a report has a value of the user's own. */
const values = ['input', 'result', 'output'] as const;

/**
 * A report as JSON that any server takes: too large values replaced by a note, too long texts cut, and nothing in it that
 * PostgreSQL cannot store.
 */
export function writeEvent(report: RunEvent): string {
  return toStorableJson(shorten(report));
}

function shorten(report: RunEvent): unknown {
  const short: Record<string, unknown> = { ...report };
  for (const name of values) {
    if (short[name] === undefined) continue;
    short[name] = fitting(short[name]);
  }
  if (report.type === 'log') short['message'] = cutText(report.message, eventLimits.message);
  if ('error' in report)
    short['error'] = { ...report.error, message: cutText(report.error.message, eventLimits.message) };
  if (report.type === 'progress') short['progress'] = shortenProgress(report.progress);
  return short;
}

function shortenProgress(progress: Extract<RunEvent, { type: 'progress' }>['progress']): unknown {
  const { message, data, ...numbers } = progress;
  return {
    ...numbers,
    ...(message !== undefined && { message: cutText(message, eventLimits.message) }),
    ...(data !== undefined && { data: fitting(data) }),
  };
}

function fitting(value: unknown): unknown {
  const text = JSON.stringify(value);
  if (text.length > eventLimits.json) return leftOut(text.length);
  return isTooDeep(text) ? markNotJson(`left out: it is nested more than ${eventLimits.depth} levels deep`) : value;
}

/** Brackets inside of texts are counted too: a value that is left out for those has a hundred of them. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const bracket of text.match(/[[\]{}]/g) ?? []) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > eventLimits.depth) return true;
  }
  return false;
}

import { cutText, eventLimits } from 'millrace/shared/runs/event-limits.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { RunError } from 'millrace/shared/runs/run-status.js';

interface Frame {
  readonly file: string;
  readonly line: number | null;
  readonly method: string;
}

/** A failure as a client reports it, and the task that failed. */
export interface ReadDetails {
  readonly error: RunError;
  readonly taskId: string | undefined;
  readonly taskName: string | undefined;
}

/**
 * Reads the `details` of a failure in every format that clients have sent: a sentence (0.1.0), JSON with frames and no message
 * (0.1.3), JSON with a message and a trace of frames or of lines (0.1.7 and 2.x). The result also contains the original text.
 */
export function readDetails(details: string): ReadDetails {
  const fields = readObject(details);
  const frames = fields ? readFrames(fields['error_traceback'] ?? fields['error']) : [];
  const sentence = fields ? undefined : readSentence(details);
  const taskName = textOf(fields?.['task_name']) ?? sentence?.taskName;
  const message = fields ? messageOf(fields, frames) : (sentence?.message ?? details).trim();
  const kept: Json = { text: details, frames: frames.map((frame) => ({ ...frame })) };
  return {
    error: {
      code: 'step_failed',
      message: cutText(message === '' ? 'no reason given' : message, eventLimits.message),
      ...(taskName !== undefined && { task: cutText(taskName, eventLimits.name) }),
      ...(details !== '' && { details: kept }),
    },
    taskId: textOf(fields?.['task_id']),
    taskName,
  };
}

/** The two sentences of 0.1 clients: for a step that returned an error, and for one that threw. */
function readSentence(text: string): { readonly taskName: string; readonly message: string } | undefined {
  const [, given, reason, thrown, cause] =
    /^\[([^\]\n]+)\] Fail the pipeline:(.*)$|^\[task\] \[([^\]\n]+)\] Fail: \[(.*)\]$/s.exec(text) ?? [];
  const taskName = given ?? thrown;
  return taskName === undefined ? undefined : { taskName, message: reason ?? cause ?? '' };
}

function messageOf(fields: Record<string, unknown>, frames: readonly Frame[]): string {
  const said = textOf(fields['error_message']) ?? textOf(fields['message']) ?? textOf(fields['error']);
  if (said !== undefined) return said;
  // the innermost frame is last
  const last = frames.at(-1);
  return last ? `it failed in ${last.method}, ${last.file}:${last.line ?? '?'}` : '';
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The most frames that are parsed; the text has all of them. */
const maxFrames = 1000;

function readFrames(trace: unknown): Frame[] {
  const entries: unknown[] = Array.isArray(trace)
    ? trace.slice(0, maxFrames)
    : typeof trace === 'string'
      ? [trace]
      : [];
  return entries
    .flatMap((entry) => (typeof entry === 'string' ? framesOfText(entry) : frameOf(entry)))
    .slice(0, maxFrames);
}

function frameOf(entry: unknown): Frame[] {
  if (!isObject(entry)) return [];
  const file = textOf(entry['file']);
  const line = Number(entry['line'] ?? Number.NaN);
  if (file === undefined) return [];
  return [{ file, line: Number.isInteger(line) ? line : null, method: textOf(entry['method']) ?? '?' }];
}

/** The format of Python's `traceback`. */
function framesOfText(text: string): Frame[] {
  const found = text.matchAll(/^ *File "([^"\n]*)", line (\d+), in (.*)$/gm);
  return [...found].map(([, file = '', line, method = '']) => ({ file, line: Number(line), method }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

import { truncateText, eventLimits } from 'millrace/shared/runs/event-limits.js';
import type { Json } from 'millrace/shared/types/json.js';
import type { KnownRunError } from 'millrace/shared/runs/run-status.js';

interface Frame {
  readonly file: string;
  readonly line: number | null;
  readonly method: string;
}

/** A failure that a client reported, and the failed task if the client identified it. */
export interface FailureDetails {
  readonly error: KnownRunError;
  readonly taskId: string | undefined;
  readonly taskName: string | undefined;
}

/**
 * Parses a failure's `details` in any of the formats that clients send: a sentence (0.1.0), JSON with frames but no message (0.1.3), or
 * JSON with a message and a trace of frames or lines (0.1.7 and 2.x). Text that is neither such a sentence nor a JSON object becomes the
 * message. `error.details` contains the original text and the frames, and is omitted if `details` is empty.
 */
export function parseDetails(details: string): FailureDetails {
  const fields = parseObject(details);
  const frames = fields ? parseFrames(fields['error_traceback'] ?? fields['error']) : [];
  const sentence = fields ? undefined : parseSentence(details);
  const taskName = toNonEmptyString(fields?.['task_name']) ?? sentence?.taskName;
  const message = fields ? getMessage(fields, frames) : (sentence?.message ?? details).trim();
  const errorDetails: Json = { text: details, frames: frames.map((frame) => ({ ...frame })) };
  return {
    error: {
      code: 'step_failed',
      message: truncateText(message === '' ? 'no reason given' : message, eventLimits.messageLength),
      ...(taskName !== undefined && { task: truncateText(taskName, eventLimits.nameLength) }),
      ...(details !== '' && { details: errorDetails }),
    },
    taskId: toNonEmptyString(fields?.['task_id']),
    taskName,
  };
}

/**
 * Parses the sentence of a 0.1.0 client. The sentence has one form if a step returned an error, and another if a step raised an exception.
 */
function parseSentence(text: string): { readonly taskName: string; readonly message: string } | undefined {
  const [, returningTask, reason, raisingTask, cause] =
    /^\[([^\]\n]+)\] Fail the pipeline:(.*)$|^\[task\] \[([^\]\n]+)\] Fail: \[(.*)\]$/s.exec(text) ?? [];
  const taskName = returningTask ?? raisingTask;
  return taskName === undefined ? undefined : { taskName, message: reason ?? cause ?? '' };
}

function getMessage(fields: Record<string, unknown>, frames: readonly Frame[]): string {
  const message =
    toNonEmptyString(fields['error_message']) ??
    toNonEmptyString(fields['message']) ??
    toNonEmptyString(fields['error']);
  if (message !== undefined) return message;
  const innermost = frames.at(-1);
  return innermost ? `it failed in ${innermost.method}, ${innermost.file}:${innermost.line ?? '?'}` : '';
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The maximum number of frames to parse. The original text still contains all frames. */
const maxFrames = 1000;

function parseFrames(trace: unknown): Frame[] {
  const entries: unknown[] = Array.isArray(trace)
    ? trace.slice(0, maxFrames)
    : typeof trace === 'string'
      ? [trace]
      : [];
  return entries
    .flatMap((entry) => (typeof entry === 'string' ? parseTraceback(entry) : toFrame(entry)))
    .slice(0, maxFrames);
}

function toFrame(entry: unknown): Frame[] {
  if (!isObject(entry)) return [];
  const file = toNonEmptyString(entry['file']);
  const line = Number(entry['line'] ?? Number.NaN);
  if (file === undefined) return [];
  return [{ file, line: Number.isInteger(line) ? line : null, method: toNonEmptyString(entry['method']) ?? '?' }];
}

/** Parses the frames of a Python traceback. */
function parseTraceback(text: string): Frame[] {
  const matches = text.matchAll(/^ *File "([^"\n]*)", line (\d+), in (.*)$/gm);
  return [...matches].map(([, file = '', line, method = '']) => ({ file, line: Number(line), method }));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toNonEmptyString(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

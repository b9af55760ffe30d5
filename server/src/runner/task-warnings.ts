import { maxRunWarnings, type RunWarning } from 'millrace/shared/runs/run-warning.js';

/** A warning to store. The server adds the module's name. */
type StoredWarning = Omit<RunWarning, 'module'>;

export interface ModuleWarnings {
  /** The first `maxRunWarnings` warnings. */
  readonly items: readonly StoredWarning[];
  /** The total number of warnings, including those that are not in `items`. */
  readonly count: number;
}

const maxMessageLength = 500;
const maxPartLength = 200;
const maxCodeLength = 60;

/**
 * Collects the warnings of a task, and limits their length and number. Replaces or omits invalid fields, because a warning must never make
 * a task fail.
 */
export class TaskWarnings {
  readonly #items: StoredWarning[] = [];
  readonly #onStored: (warning: StoredWarning) => void;
  #count = 0;

  constructor(onStored: (warning: StoredWarning) => void) {
    this.#onStored = onStored;
  }

  add(warning: unknown): void {
    this.#count += 1;
    if (this.#items.length >= maxRunWarnings) return;
    const stored = sanitizeWarning(warning);
    this.#items.push(stored);
    this.#onStored(stored);
  }

  get all(): ModuleWarnings {
    return { items: this.#items, count: this.#count };
  }
}

function sanitizeWarning(warning: unknown): StoredWarning {
  const { code, message, page, part } =
    typeof warning === 'object' && warning !== null
      ? (warning as Readonly<Record<string, unknown>>)
      : { message: warning };
  return {
    code: typeof code === 'string' && /^[a-z\d]+(-[a-z\d]+)*$/.test(code) ? code.slice(0, maxCodeLength) : 'other',
    message: truncate(
      typeof message === 'string' && message !== '' ? message : 'the module provided no message',
      maxMessageLength,
    ),
    ...(Number.isSafeInteger(page) && (page as number) > 0 && { page: page as number }),
    ...(typeof part === 'string' && part !== '' && { part: truncate(part, maxPartLength) }),
  };
}

function truncate(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

import { maxRunWarnings, type RunWarning } from 'millrace/shared/runs/run-warning.js';

/** A warning without the name of the module, which the server adds. */
type KeptWarning = Omit<RunWarning, 'module'>;

/** A module's warnings. */
export interface ModuleWarnings {
  /** The first warnings, up to the number that a run keeps. */
  readonly items: readonly KeptWarning[];
  /** The number of all warnings. */
  readonly count: number;
}

const maxMessageLength = 500;
const maxPartLength = 200;
const maxCodeLength = 60;

/**
 * Collects a module's warnings, limited in length and number. Fields that cannot be read are replaced or omitted, because a
 * warning must never make a task fail.
 */
export class TaskWarnings {
  readonly #items: KeptWarning[] = [];
  readonly #onKept: (warning: KeptWarning) => void;
  #count = 0;

  constructor(onKept: (warning: KeptWarning) => void) {
    this.#onKept = onKept;
  }

  add(warning: unknown): void {
    this.#count += 1;
    if (this.#items.length >= maxRunWarnings) return;
    const kept = readWarning(warning);
    this.#items.push(kept);
    this.#onKept(kept);
  }

  get all(): ModuleWarnings {
    return { items: this.#items, count: this.#count };
  }
}

function readWarning(warning: unknown): KeptWarning {
  const { code, message, page, part } =
    typeof warning === 'object' && warning !== null
      ? (warning as Readonly<Record<string, unknown>>)
      : { message: warning };
  return {
    code: typeof code === 'string' && /^[a-z\d]+(-[a-z\d]+)*$/.test(code) ? code.slice(0, maxCodeLength) : 'other',
    message: cut(
      typeof message === 'string' && message !== '' ? message : 'the module gave no message',
      maxMessageLength,
    ),
    ...(Number.isSafeInteger(page) && (page as number) > 0 && { page: page as number }),
    ...(typeof part === 'string' && part !== '' && { part: cut(part, maxPartLength) }),
  };
}

function cut(text: string, max: number): string {
  return text.length > max ? `${text.slice(0, max)}…` : text;
}

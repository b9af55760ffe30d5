import { useState } from 'react';

const prefix = 'millrace.';

/** What was chosen on a page, kept for this tab: also while other pages are shown, and when the page is loaded again. */
export function useTabState<Value>(name: string, initial: Value): readonly [Value, (value: Value) => void] {
  const [value, setValue] = useState(() => read(name, initial));
  const keep = (next: Value) => {
    setValue(next);
    write(name, next);
  };
  return [value, keep];
}

const owner = 'owner';

/** Notes whose what is kept for this tab is. @returns Whether it was another's until now, and so was cleared. */
export function takeTabState(by: string): boolean {
  if (read(owner, '') === by) return false;
  clearTabState();
  write(owner, by);
  return true;
}

/** For the next person who signs in. */
export function clearTabState(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
  } catch {
    // there is no storage
  }
}

function write(name: string, value: unknown): void {
  try {
    sessionStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // without storage, or if it is full, it is kept until the page is left
  }
}

function read<Value>(name: string, initial: Value): Value {
  try {
    const kept = sessionStorage.getItem(prefix + name);
    return kept === null ? initial : (JSON.parse(kept) as Value);
  } catch {
    return initial;
  }
}

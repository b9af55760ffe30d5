export interface Binding {
  /** A key, such as `j`, `?` or `Enter`, or several keys one after another: `g o`. */
  readonly keys: string;
  readonly label: string;
  readonly run: () => void;
}

/** The maximum time between two keys of a sequence, in ms. */
const maxPauseMs = 1000;

/** The key bindings of all mounted components, with one listener for the window. */
export class KeyMap {
  readonly #owners = new Map<string, readonly Binding[]>();
  readonly #watchers = new Set<() => void>();
  #bindings: readonly Binding[] = [];
  #typed = '';
  #typedAt = 0;

  listen(): () => void {
    window.addEventListener('keydown', this.#onKey);
    return () => window.removeEventListener('keydown', this.#onKey);
  }

  bind(owner: string, bindings: readonly Binding[]): void {
    const before = this.#owners.get(owner) ?? [];
    this.#owners.set(owner, bindings);
    const isSame =
      before.length === bindings.length &&
      before.every((binding, index) => {
        const now = bindings[index];
        return binding.keys === now?.keys && binding.label === now.label;
      });
    this.#update(!isSame);
  }

  unbind(owner: string): void {
    this.#owners.delete(owner);
    this.#update(true);
  }

  readonly bindings = (): readonly Binding[] => this.#bindings;

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  #update(hasChanged: boolean): void {
    if (!hasChanged) return;
    this.#bindings = [...new Map(this.#all().map((binding) => [binding.keys, binding])).values()];
    for (const watcher of this.#watchers) watcher();
  }

  #all(): Binding[] {
    return [...this.#owners.values()].flat();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isForElement(event)) return;
    const now = performance.now();
    const typed = now - this.#typedAt < maxPauseMs && this.#typed !== '' ? `${this.#typed} ${event.key}` : event.key;
    const all = this.#all();
    const bound = all.findLast(({ keys }) => keys === typed) ?? all.findLast(({ keys }) => keys === event.key);
    const begins = all.some(({ keys }) => keys.startsWith(`${typed} `));
    this.#typed = begins ? typed : '';
    this.#typedAt = now;
    if (!bound || begins) return;
    event.preventDefault();
    bound.run();
  };
}

/** Returns whether the key is for an open dialog, the focused field, or (Enter and Space) the focused link or button. */
function isForElement({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog[open]') || document.querySelector('dialog:modal')) return true;
  if (target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return true;
  return (key === 'Enter' || key === ' ') && target.closest('a, button, input, summary') !== null;
}

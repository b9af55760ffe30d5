export interface Binding {
  /** A key, such as `j`, `?` or `Enter`, or a sequence of keys, such as `g o`. */
  readonly keys: string;
  /** The description of the action in the list of shortcuts. */
  readonly label: string;
  readonly run: () => void;
}

/** The maximum time between two keys of a sequence, in ms. */
const sequenceTimeoutMs = 1000;

/** Holds the key bindings of all mounted components, and dispatches the key presses in the window to them. */
export class KeyMap {
  readonly #bindingsByOwner = new Map<string, readonly Binding[]>();
  readonly #subscribers = new Set<() => void>();
  #bindings: readonly Binding[] = [];
  #typed = '';
  #typedAt = 0;

  /** Starts listening for key presses. @returns A function that stops listening. */
  listen(): () => void {
    window.addEventListener('keydown', this.#onKey);
    return () => window.removeEventListener('keydown', this.#onKey);
  }

  /** Sets the bindings of a component. @param owner The id of the component. */
  bind(owner: string, bindings: readonly Binding[]): void {
    const before = this.#bindingsByOwner.get(owner) ?? [];
    this.#bindingsByOwner.set(owner, bindings);
    const isSame =
      before.length === bindings.length &&
      before.every((binding, index) => {
        const next = bindings[index];
        return binding.keys === next?.keys && binding.label === next.label;
      });
    this.#update(!isSame);
  }

  unbind(owner: string): void {
    this.#bindingsByOwner.delete(owner);
    this.#update(true);
  }

  readonly bindings = (): readonly Binding[] => this.#bindings;

  readonly subscribe = (subscriber: () => void): (() => void) => {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  };

  #update(hasChanged: boolean): void {
    if (!hasChanged) return;
    this.#bindings = [...new Map(this.#allBindings().map((binding) => [binding.keys, binding])).values()];
    for (const subscriber of this.#subscribers) subscriber();
  }

  #allBindings(): Binding[] {
    return [...this.#bindingsByOwner.values()].flat();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isForElement(event)) return;
    const now = performance.now();
    const typed =
      now - this.#typedAt < sequenceTimeoutMs && this.#typed !== '' ? `${this.#typed} ${event.key}` : event.key;
    const bindings = this.#allBindings();
    const binding =
      bindings.findLast(({ keys }) => keys === typed) ?? bindings.findLast(({ keys }) => keys === event.key);
    const isPrefix = bindings.some(({ keys }) => keys.startsWith(`${typed} `));
    this.#typed = isPrefix ? typed : '';
    this.#typedAt = now;
    if (!binding || isPrefix) return;
    event.preventDefault();
    binding.run();
  };
}

/** Returns whether an element handles the key itself: an open dialog, a focused field or, for Enter and Space, a focused link or button. */
function isForElement({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('dialog[open]') || document.querySelector('dialog:modal')) return true;
  if (target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable="true"]')) return true;
  return (key === 'Enter' || key === ' ') && target.closest('a, button, input, summary') !== null;
}

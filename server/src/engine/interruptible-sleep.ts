/** A sleep that can be interrupted. An interrupt between two sleeps ends the next sleep immediately. */
export class InterruptibleSleep {
  #pending = false;
  #wake: (() => void) | undefined;

  readonly interrupt = (): void => {
    this.#pending = true;
    this.#wake?.();
  };

  async start(ms: number): Promise<void> {
    if (!this.#pending) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    this.#pending = false;
  }
}

type NoteKind = 'footnote' | 'endnote';

/** Numbers the footnotes and endnotes of a Word document in the order in which the text refers to them. */
export class Notes {
  readonly #contents = new Map<string, string>();
  readonly #numbers = new Map<string, number>();

  /** @param notes The simplified XML of each note, by ID. */
  add(kind: NoteKind, notes: ReadonlyMap<string, string>): void {
    for (const [id, content] of notes) this.#contents.set(`${kind} ${id}`, content);
  }

  /** Returns a note's number, or `undefined` if the document does not contain the note. The first call for a note assigns the number. */
  assignNumber(kind: NoteKind, id: string): number | undefined {
    const key = `${kind} ${id}`;
    if (!this.#contents.has(key)) return undefined;
    const number = this.#numbers.get(key) ?? this.#numbers.size + 1;
    this.#numbers.set(key, number);
    return number;
  }

  /** The simplified XML of the notes with a number, in the order of their numbers. */
  get numberedContents(): string[] {
    return [...this.#numbers.keys()].map((key) => this.#contents.get(key) ?? '');
  }
}

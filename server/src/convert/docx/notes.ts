type NoteKind = 'footnote' | 'endnote';

/** Numbers the footnotes and endnotes of a Word document in the order in which the text refers to them. */
export class Notes {
  readonly #contentByKey = new Map<string, string>();
  readonly #numberByKey = new Map<string, number>();

  /** @param notes The simplified XML of each note, by ID. */
  add(kind: NoteKind, notes: ReadonlyMap<string, string>): void {
    for (const [id, content] of notes) this.#contentByKey.set(`${kind} ${id}`, content);
  }

  /** Returns a note's number, or `undefined` if the document does not contain the note. The first call for a note assigns the number. */
  assignNumber(kind: NoteKind, id: string): number | undefined {
    const key = `${kind} ${id}`;
    if (!this.#contentByKey.has(key)) return undefined;
    const number = this.#numberByKey.get(key) ?? this.#numberByKey.size + 1;
    this.#numberByKey.set(key, number);
    return number;
  }

  /** The simplified XML of the numbered notes, in numerical order. */
  get numberedContents(): string[] {
    return [...this.#numberByKey.keys()].map((key) => this.#contentByKey.get(key) ?? '');
  }
}

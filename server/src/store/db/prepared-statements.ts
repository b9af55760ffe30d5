/** Maximum number of prepared statements. It is enough for the server's own statements and pg-boss's statements for each module. */
const maxStatements = 300;
/** Matches a single statement of a kind that can be prepared. */
const preparable = /^[\s(]*(with|select|insert|update|delete)\b[^;]*$/i;
/** Maximum length of a prepared statement. Longer ones are generated from a call's arguments and rarely repeat. */
const maxLength = 8000;

/**
 * Names repeated statements, so that each connection parses and plans them only once. On the embedded database, planning most
 * statements costs more than running them.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();

  /** Returns the statement's name, or `undefined` if it is not prepared. A statement is prepared the second time it runs. */
  nameOf(sql: string): string | undefined {
    const name = this.#names.get(sql);
    if (name !== undefined || this.#names.size >= maxStatements) return name;
    if (sql.length > maxLength || !preparable.test(sql)) return undefined;
    if (this.#seenOnce.delete(sql)) {
      const newName = `millrace_${this.#names.size}`;
      this.#names.set(sql, newName);
      return newName;
    }
    if (this.#seenOnce.size >= maxStatements) this.#seenOnce.clear();
    this.#seenOnce.add(sql);
    return undefined;
  }
}

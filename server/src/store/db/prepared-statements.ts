/**
 * Maximum number of prepared statements. It is high enough for the server's own statements and for those of pg-boss, some of which are
 * different for each module.
 */
const maxStatements = 300;
/** Matches a single statement of a kind that can be prepared. */
const preparable = /^[\s(]*(with|select|insert|update|delete)\b[^;]*$/i;
/**
 * Maximum length of a prepared statement, in characters. Longer statements are generated from a call's arguments and are rarely repeated.
 */
const maxLength = 8000;

/**
 * Names repeated statements, so that each connection parses them only once and can reuse their plans. On the embedded database,
 * planning most statements costs more than running them.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();

  /**
   * Returns the name under which to prepare the statement, or `undefined` if the statement should not be prepared. A statement gets a
   * name when it runs for the second time, or later.
   */
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

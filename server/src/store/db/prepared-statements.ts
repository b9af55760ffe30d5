/** More than the server's own statements and pg-boss' for each module; what comes after is not prepared. */
const most = 300;
/** Only these can be prepared, and only one by one. */
const preparable = /^[\s(]*(with|select|insert|update|delete)\b[^;]*$/i;
/** Statements put together for a call's own arguments rarely come again, and one plan would not fit them all. */
const longest = 8000;

/**
 * Names for the statements that come again and again, so that each connection parses and plans them once. On the embedded
 * database planning costs more than most statements themselves.
 */
export class PreparedStatements {
  readonly #names = new Map<string, string>();
  readonly #seenOnce = new Set<string>();

  /** The statement's name, or nothing when it is not to be prepared (yet). */
  nameOf(sql: string): string | undefined {
    const name = this.#names.get(sql);
    if (name !== undefined || this.#names.size >= most) return name;
    if (sql.length > longest || !preparable.test(sql)) return undefined;
    if (this.#seenOnce.delete(sql)) {
      const fresh = `millrace_${this.#names.size}`;
      this.#names.set(sql, fresh);
      return fresh;
    }
    if (this.#seenOnce.size >= most) this.#seenOnce.clear();
    this.#seenOnce.add(sql);
    return undefined;
  }
}

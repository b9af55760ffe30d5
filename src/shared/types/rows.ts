/** A list that also exists as rows, for data frames, CSV files and `console.table`. */
export interface Rows<Row> {
  /**
   * Returns a flat object for each row. All rows have the same fields, and every value is a string, a number, a boolean or `null`.
   * A copy of the list, such as `{ ...list }`, does not have this method.
   *
   * @example
   * ```ts
   * const page = await pipeline.list({ symbolicDirectoryPaths: ['/*'] });
   * console.table(page.toRows());
   * ```
   */
  toRows(): Row[];
}

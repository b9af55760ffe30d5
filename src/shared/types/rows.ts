/** An object that can be converted to flat rows, for data frames, CSV files and `console.table`. */
export interface Rows<Row> {
  /**
   * Returns the rows as flat objects. All rows have the same fields, and every value is a string, a number, a boolean or `null`.
   * A copy of the object, such as `{ ...page }`, does not have this method.
   *
   * @example
   * ```ts
   * const page = await pipeline.list({ symbolicDirectoryPaths: ['/*'] });
   * console.table(page.toRows());
   * ```
   */
  toRows(): Row[];
}

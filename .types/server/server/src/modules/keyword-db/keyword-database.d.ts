/**
 * Writes the downloadable keyword database to a new SQLite file.
 *
 * No statements are prepared, because `libsql` keeps the file open, even after `close`, until the last prepared statement is
 * garbage collected. Values are quoted in the SQL instead, which is just as fast.
 */
export declare class KeywordDatabase {
    #private;
    private constructor();
    /**
     * Creates the database, passes it to `work`, then adds the indexes and closes the database.
     *
     * @throws `ModuleError` if the file would exceed `maxBytes`.
     */
    static write(path: string, maxBytes: number, work: (database: KeywordDatabase) => Promise<void>): Promise<void>;
    add(original: string, stemmed: string, line: number, number: number): void;
}

/**
 * Names repeated statements, so that each connection parses and plans them only once. On the embedded database, planning most
 * statements costs more than running them.
 */
export declare class PreparedStatements {
    #private;
    /** Returns the statement's name, or `undefined` if it is not prepared. A statement is prepared the second time it runs. */
    nameOf(sql: string): string | undefined;
}

export interface Migration {
    readonly version: number;
    readonly sql: string;
}
/** The forward-only migrations. A released migration never changes; each schema change is a new entry. */
export declare const migrations: readonly Migration[];

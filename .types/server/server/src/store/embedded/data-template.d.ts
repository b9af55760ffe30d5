/** Packs a closed database's directory into a template. */
export declare function packTemplate(directory: string, template: string, schema?: string): Promise<void>;
/**
 * Unpacks a template into the directory, and syncs it to disk.
 *
 * @returns `false` if there is no template, or if its schema is not the current one, in which case nothing is written.
 */
export declare function unpackTemplate(template: URL, directory: string): Promise<boolean>;

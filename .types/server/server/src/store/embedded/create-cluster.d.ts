/** Creates an empty database in the directory and closes it. The directory must not exist yet. */
export declare function createCluster(directory: string): Promise<void>;

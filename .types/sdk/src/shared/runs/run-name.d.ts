/** Returns a readable name for a run, such as `purple-dogfish`. Unlike the run's id, it is not unique. */
export declare function runName(random?: () => number): string;

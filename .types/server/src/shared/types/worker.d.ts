/** A pipeline that a worker executes. */
export interface WorkerPipeline {
    name: string;
    steps: {
        name: string;
        version: string | null;
    }[];
}
/** A registered program that runs its own functions. */
export interface WorkerRecord {
    id: string;
    name: string;
    version: string;
    pipelines: WorkerPipeline[];
    /** `offline` after 30 s without a heartbeat, unless the server is configured otherwise. */
    status: 'online' | 'offline';
    /** ISO 8601, UTC. */
    registeredAt: string;
    seenAt: string;
    /** Number of runs by state. */
    runs: {
        open: number;
        completed: number;
        failed: number;
        cancelled: number;
        crashed: number;
    };
    /** Mean duration of completed runs, in milliseconds; `null` if no runs completed. */
    meanDurationMs: number | null;
}

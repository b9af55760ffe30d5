import type { WpipeCall } from './endpoint.js';
/** `GET /dashboard_workers`: lists the workers and the number of runs each worker has in each state. */
export declare function dashboardWorkers({ http, account }: WpipeCall): Promise<{
    id: string;
    status: string;
    processed: number;
    active: number;
    successed: number;
    failed: number;
    load_average: string;
}[]>;
/** `GET /dashboard_process/{worker}`: returns the progress of a worker's runs. */
export declare function dashboardProcess({ http, account, id }: WpipeCall): Promise<{
    id: string;
    worker: string;
    step: string;
    status: string;
    last_update: string | null;
    progress: string;
}[]>;
/** `GET /dashboard_tasks/{process}`: lists a run's steps in order. */
export declare function dashboardTasks({ http, account, id }: WpipeCall): Promise<{
    id: string;
    name: string;
    version: string;
    state: string;
    received: string;
    started: string | null;
    runtime: string;
    father: string;
    details: string | null;
    step: string;
}[]>;

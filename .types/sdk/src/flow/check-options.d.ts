/** @throws `ValidationError` */
export declare function checkName(name: unknown, noun: string): void;
/** @throws `ValidationError` */
export declare function checkVersion(value: unknown): void;
/** @throws `ValidationError` */
export declare function checkAttemptOptions(options: unknown): void;
/** @throws `ValidationError` */
export declare function checkTaskOptions(options: unknown): void;
/** @throws `ValidationError` */
export declare function checkFlowOptions(options: unknown, callName: string): void;
/** @throws `ValidationError` */
export declare function checkRunOptions(options: unknown): void;
/** @throws `ValidationError` */
export declare function checkLocalWaitOptions(options: unknown, callName: string): void;
/** @throws `ValidationError` */
export declare function checkWork(work: unknown, owner: string): void;

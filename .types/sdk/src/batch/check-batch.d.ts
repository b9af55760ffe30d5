import type { FileSet, ProcessManyOptions } from '../shared/types/many-files.js';
/** Checks the arguments of `processMany()`. @throws `ValidationError` */
export declare function checkBatch(files: FileSet, options: ProcessManyOptions): void;

import type { FileTree, TreeOptions } from '../shared/types/file-record.js';
import { type PipelineContext } from '../http/hosted-call.js';
/** Returns the finished files in a directory and its subdirectories. */
export declare function showTree(context: PipelineContext, path: string, options: TreeOptions): Promise<FileTree>;

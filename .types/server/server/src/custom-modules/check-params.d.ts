import type { CustomModule } from './custom-module.js';
/**
 * Parses parameters with a module's schema.
 *
 * @returns The parsed parameters, or a description of the problem.
 */
export declare function checkParams({ name, params: schema }: CustomModule, values: Readonly<Record<string, unknown>>): {
    readonly data: unknown;
} | {
    readonly problem: string;
};

import { MillraceError } from './millrace-error.js';
/** The API URL or key is missing, a setting is invalid, or the server does not support the call. */
export declare class ConfigurationError extends MillraceError {
    readonly name: string;
    readonly code: 'configuration';
}

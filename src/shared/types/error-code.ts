/**
 * The code of an error. No other codes exist, so a `switch` can be exhaustive.
 *
 * - `configuration`: A required setting, such as the API key, is missing or invalid, or the server does not support the call.
 * - `validation`: An argument is invalid.
 * - `chain`: The chain is invalid or does not support the call.
 * - `authentication`: The server rejected the API key.
 * - `forbidden`: The API key is not authorized for the call.
 * - `not_found`: The file, run or other resource does not exist.
 * - `not_finished`: The file is still being processed.
 * - `rate_limit`: The client sent too many requests.
 * - `api`: The server returned any other error.
 * - `connection`: The server could not be reached, or its response was incomplete, compressed or too large.
 * - `timeout`: A request or transfer exceeded its timeout.
 * - `process_failed`: A run of a chain of modules failed, was cancelled or crashed.
 * - `run_failed`: A run of your own functions failed, was cancelled or crashed.
 * - `wait_timeout`: The wait timed out before the run ended.
 * - `save`: The output could not be saved.
 * - `integrity`: A downloaded file is corrupt, or a file changed during its upload.
 * - `response_shape`: The response does not follow the protocol.
 * - `webhook`: A request is not a valid webhook message.
 */
export type ErrorCode =
  | 'configuration'
  | 'validation'
  | 'chain'
  | 'api'
  | 'authentication'
  | 'forbidden'
  | 'not_found'
  | 'not_finished'
  | 'rate_limit'
  | 'connection'
  | 'timeout'
  | 'process_failed'
  | 'run_failed'
  | 'wait_timeout'
  | 'save'
  | 'integrity'
  | 'response_shape'
  | 'webhook';

/** A problem with one argument. */
export interface Issue {
  /** The path of the argument or its invalid part, for example `['fileTags', 2]`. */
  path: (string | number)[];
  /** A description of the problem. */
  message: string;
}

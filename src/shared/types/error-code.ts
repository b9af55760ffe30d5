/**
 * The kind of error. The list is closed, so a `switch` over it can be exhaustive.
 *
 * `configuration`: the key or the URL is missing, or the server does not support the call. `validation`, `chain`: an argument is
 * invalid; nothing was sent. `authentication`: the server rejected the key. `forbidden`: the key's role does not allow the call. `not_found`: the file or run does not exist.
 * `not_finished`: the file is still being processed. `rate_limit`: too many requests. `api`: the server returned another error.
 * `connection`, `timeout`: the server did not respond.
 * `process_failed`: a run on the server did not complete. `run_failed`: a run of your own functions did not complete.
 * `wait_timeout`: the wait timed out before the run ended. `save`: the output could not be saved. `integrity`: a downloaded file is corrupt. `response_shape`: the
 * response does not follow the protocol. `webhook`: a request is not a valid webhook message.
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
  /** The argument's path, for example `['fileTags', 2]`. */
  path: (string | number)[];
  /** A sentence that states the expected and actual values. */
  message: string;
}

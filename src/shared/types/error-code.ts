/**
 * The kind of an error. The list is closed, so a `switch` over it can be complete.
 *
 * `configuration`: the key or the address is missing, or the server does not support the call. `validation`, `chain`: an argument is
 * invalid; nothing was sent. `api`: the server refused the request. `connection`, `timeout`: the server did not respond.
 * `process_failed`: a run on the server did not complete. `run_failed`: a run of your own functions did not complete.
 * `wait_timeout`: the wait timed out before the run ended. `integrity`: a downloaded file is damaged. `response_shape`: the response
 * does not follow the protocol. `webhook`: a request is not a valid webhook.
 */
export type ErrorCode =
  | 'configuration'
  | 'validation'
  | 'chain'
  | 'api'
  | 'connection'
  | 'timeout'
  | 'process_failed'
  | 'run_failed'
  | 'wait_timeout'
  | 'integrity'
  | 'response_shape'
  | 'webhook';

/** What is wrong with one argument. */
export interface Issue {
  /** The path of the argument, for example `['fileTags', 2]`. */
  path: (string | number)[];
  /** A sentence that says what was expected and what was given. */
  message: string;
}

/**
 * What kind of thing went wrong: closed, so that a `switch` over it can be complete.
 *
 * `configuration`: no key or address, or the server cannot do what was asked. `validation`, `chain`: an argument, found
 * before anything was sent. `api`: the server refused. `connection`, `timeout`: no answer. `process_failed`: a run on the
 * server ended badly. `run_failed`: a run of your own functions did. `wait_timeout`: the wait ended before the run.
 * `integrity`: a file arrived damaged. `response_shape`: the answer is not what the protocol says.
 * `webhook`: a request that claims to be a webhook's is none.
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

/** One argument that is not as it must be. */
export interface Issue {
  /** Where it is, for example `['fileTags', 2]`. */
  path: (string | number)[];
  /** A sentence: what was expected, and what was given. */
  message: string;
}

import { waitRules } from './output/output-options.js';
import { requestRules } from '../options/request-options.js';
import { checkOptions } from '../options/issues.js';
import type { PipelineContext } from '../http/call-hosted.js';
import { readRun, type InlineOutput } from '../wait/read-run.js';
import { Runs } from '../resources/runs.js';
import type { StartedFileRun } from './start/start-run.js';
import { addRetryAdvice } from '../errors/retry-advice.js';
import { ProcessFailedError } from '../errors/process-failed-error.js';
import { ResponseShapeError } from '../errors/response-error.js';
import type { FetchOptions } from './output/fetch-output.js';
import { prepareSaveDirectory } from './output/save-directory.js';
import { toPrintableResult } from '../print/records.js';
import { definePrintedText } from '../print/short-form.js';
import type { RequestOptions } from '../shared/types/client-options.js';
import type { ModuleName } from '../shared/modules/module.js';
import type { ProcessEvent, ProcessResult, WaitOptions } from '../shared/types/process.js';
import type { RunHandle } from '../shared/types/run-handle.js';
import type { RunWarning } from '../shared/runs/run-warning.js';
import type { RunStatus, TaskRow } from '../shared/runs/run-status.js';
import type { Rows } from '../shared/types/rows.js';
import { describeFailure } from '../wait/describe-status.js';
import { iterateEvents } from '../wait/run-events.js';
import { RunFeed } from '../wait/run-feed.js';
import { withVerbosePrinter, type VerbosePrinter } from '../wait/verbose-printer.js';
import { waitForEnd } from '../wait/wait-for-end.js';
import { throwIfAborted } from '../shared/runtime/abort-reason.js';

type Chain = readonly ModuleName[];

/** A completed run, as described by its record or its batch's events. */
interface CompletedRun {
  readonly fileId: string;
  readonly warnings: readonly RunWarning[];
  /** The output, if the server sent it inline. */
  readonly output: InlineOutput | undefined;
}

/** The handle of a hosted run. */
export class HostedRun<C extends Chain = Chain> implements RunHandle<C> {
  readonly id: string;
  readonly #context: PipelineContext;
  readonly #started: (StartedFileRun & { readonly callerIdempotencyKey: string | undefined }) | undefined;
  readonly #feed: RunFeed;
  #fileId: string | undefined;

  /**
   * @param started The details of the run if this client started it; `undefined` for an attached run. `callerIdempotencyKey` is the
   * idempotency key, if the caller set one.
   */
  constructor(
    context: PipelineContext,
    id: string,
    started?: StartedFileRun & { readonly callerIdempotencyKey: string | undefined },
  ) {
    this.id = id;
    this.#context = context;
    this.#started = started;
    this.#fileId = started?.fileId;
    this.#feed = new RunFeed(context, id);
  }

  static {
    definePrintedText(this.prototype, ({ id, fileId }) => {
      return `RunHandle { id: '${id}', fileId: ${fileId ? `'${fileId}'` : 'undefined'} }`;
    });
  }

  get requestId(): string {
    return this.id;
  }

  get fileId(): string | undefined {
    return this.#fileId;
  }

  async status(options: RequestOptions = {}): Promise<RunStatus<C[number]> & Rows<TaskRow>> {
    checkOptions(options, requestRules, 'status()');
    const { status } = await readRun(this.#context, this.id, options);
    this.#fileId ??= status.fileId ?? undefined;
    return status as RunStatus<C[number]> & Rows<TaskRow>;
  }

  async wait<Directory extends string | false = string>(
    options: WaitOptions<C> & { localSaveDirectory?: Directory | undefined } = {},
  ): Promise<ProcessResult<C, Directory>> {
    checkOptions(options, waitRules, 'wait()');
    throwIfAborted(options.signal);
    await prepareSaveDirectory(options);
    return withVerbosePrinter(this.#context, options, (printer) => this.follow(options, printer));
  }

  /**
   * Waits until the run ends, and returns its result. The options must be valid.
   *
   * @throws `ProcessFailedError` if the run does not complete.
   */
  async follow(
    options: WaitOptions & FetchOptions,
    printer: VerbosePrinter,
  ): Promise<ProcessResult<C, string | false>> {
    const { verbose = false, onStatus } = options;
    const onEvent = (event: ProcessEvent): void => {
      if (verbose) printer.showEvent(event);
      onStatus?.(event);
    };
    if (this.#uploadedEvent) onStatus?.(this.#uploadedEvent);
    const wantsEvents = verbose || onStatus !== undefined;
    const run = {
      requestId: this.id,
      getFileId: () => this.#fileId,
      label: this.#label,
    };
    const wantsOutput = options.downloadOutput !== false;
    const end = waitForEnd(this.#feed, run, { ...options, wantsOutput }, wantsEvents ? onEvent : undefined);
    const status = await end.catch((error: unknown) => {
      const advice = `The run continues; to keep waiting for it, call:\npipeline.attach('${this.id}').wait()`;
      throw addRetryAdvice(error, { requestId: this.id, fileId: this.#fileId, advice });
    });
    const output = this.#feed.takeOutput();
    this.#fileId ??= status.fileId ?? undefined;
    if (verbose) printer.showWarnings(status.warnings);
    if (status.state !== 'completed') {
      throw new ProcessFailedError(`${describeFailure(status, this.#label)}${this.#getRetryAdvice(status)}`, status);
    }
    const fileId = this.#fileId;
    if (fileId === undefined) {
      throw new ResponseShapeError(`Expected run ${this.id} to have a file id, got none.`, status);
    }
    return this.finish({ fileId, warnings: status.warnings, output }, options, printer);
  }

  /**
   * Returns the run's result. Saves the output or reads it into memory, unless `downloadOutput` is false. The run must have completed, and
   * the options must be valid.
   */
  async finish(
    { fileId, output, ...completed }: CompletedRun,
    options: WaitOptions & FetchOptions,
    printer: VerbosePrinter,
  ): Promise<ProcessResult<C, string | false>> {
    const warnings = [...(this.#started?.warnings ?? []), ...completed.warnings];
    if (options.downloadOutput === false) {
      const { id: requestId } = this;
      return toPrintableResult({
        requestId,
        fileId,
        pipeline: this.#context.name,
        warnings,
        output: null,
        outputFiles: [],
      });
    }
    const { fetchOutput } = await import('./output/fetch-output.js');
    const result = await fetchOutput(this.#context, fileId, options, { id: this.id, output });
    if (options.verbose) printer.showSavedFiles(result.outputFiles);
    // replace the exchange id with the run's id, and put the run's id first, because the fields are printed in this order
    const { requestId: _exchangeId, ...fetched } = result as unknown as ProcessResult<C, string | false>;
    return toPrintableResult({ requestId: this.id, ...fetched, warnings: [...warnings, ...result.warnings] });
  }

  async cancel(options: RequestOptions = {}): Promise<void> {
    await new Runs(this.#context.connection).cancel(this.id, options);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ProcessEvent<C>> {
    const firstEvents = this.#uploadedEvent ? [this.#uploadedEvent] : [];
    yield* iterateEvents(this.#feed, this.#label, firstEvents) as AsyncGenerator<ProcessEvent<C>>;
  }

  get #uploadedEvent(): ProcessEvent | undefined {
    return this.#started && { type: 'uploaded', requestId: this.id, fileId: this.#started.fileId };
  }

  #getRetryAdvice({ state }: RunStatus): string {
    if (this.#started?.callerIdempotencyKey === undefined) return '';
    // the server replaces only a failed or crashed run; the same key would return the cancelled run again
    if (state === 'cancelled') return '. To process the file again, make the same call with another idempotencyKey.';
    return '. To process the file again, make the same call: a new run starts, even with the same idempotencyKey.';
  }

  get #label(): string {
    return this.#started?.label ?? `the file of run ${this.id}`;
  }
}

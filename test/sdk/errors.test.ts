import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  ApiError,
  AuthenticationError,
  ForbiddenError,
  ChainError,
  ConfigurationError,
  type ErrorCode,
  isMillraceError,
  MillraceError,
  NotFinishedError,
  NotFoundError,
  RateLimitError,
  ValidationError,
} from 'millrace';
import { hostedService } from './support/hosted-service.js';

const options = { status: 400, body: null };

/** Creates an error as from another copy of the package: with the brands, but without the classes of this copy. */
function fromAnotherCopy(error: object): object {
  const brands: symbol[] = [];
  for (let at: unknown = error; at !== null && at !== Error.prototype; at = Object.getPrototypeOf(at)) {
    brands.push(...Object.getOwnPropertySymbols(at));
  }
  return Object.assign(
    Object.create(Object.fromEntries(brands.map((brand) => [brand, true])) as object) as object,
    error,
  );
}

describe('a server error', () => {
  it.each<[ErrorCode, ApiError]>([
    ['api', new ApiError('x', options)],
    ['authentication', new AuthenticationError('x', options)],
    ['forbidden', new ForbiddenError('x', options)],
    ['not_found', new NotFoundError('x', options)],
    ['not_finished', new NotFinishedError('x', options)],
    ['rate_limit', new RateLimitError('x', options)],
  ])('has the code %s', (code, error) => {
    expect(error.code).toBe(code);
    expect(error.toJSON()).toMatchObject({ code, name: error.name });
    expect(isMillraceError(error, code)).toBe(true);
    expect(isMillraceError(error, code === 'api' ? 'not_found' : 'api')).toBe(false);
    expect(error).toBeInstanceOf(ApiError);
  });
});

describe('the stack', () => {
  it('starts with the class name and the frames of the caller', () => {
    function lookUp(depth: number): Error {
      return depth === 0 ? new NotFoundError('no file', options) : lookUp(depth - 1);
    }
    expect(lookUp(3).stack).toMatch(/^NotFoundError: no file\n {4}at lookUp /);
    expect(lookUp(50).stack!.split('\n')).toHaveLength(1 + Error.stackTraceLimit);
  });

  it('respects `Error.stackTraceLimit` and does not change it', () => {
    const { stackTraceLimit } = Error;
    try {
      Error.stackTraceLimit = 2;
      expect(new NotFoundError('no file', options).stack!.split('\n')).toHaveLength(3);
      expect(Error.stackTraceLimit).toBe(2);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  });
});

describe('a response', () => {
  it('that never ends is rejected at 128 MiB without a retry', async () => {
    const block = Buffer.alloc(4 * 1024 ** 2, ' ');
    const write = (response: ServerResponse): void => {
      while (!response.destroyed && response.write(block));
      if (!response.destroyed) response.once('drain', () => write(response));
    };
    const { client, to } = await hostedService({
      '/krixik-core-list': (_seen, response) => {
        write(response);
        return undefined;
      },
    });
    const failure: unknown = await client
      .createPipeline('notes', ['parser'])
      .list({ symbolicDirectoryPaths: ['/*'] })
      .catch((error: unknown) => error);
    expect(isMillraceError(failure, 'connection')).toBe(true);
    expect(String(failure)).toMatch(/the response is larger than 128 MiB\. Request less data at once/);
    expect(failure).toMatchObject({ retryable: false });
    expect(to('/krixik-core-list')).toHaveLength(1);
  });

  it('that is compressed is rejected', async () => {
    const { client } = await hostedService({
      '/krixik-core-list': {
        headers: { 'content-encoding': 'gzip' },
        body: gzipSync(JSON.stringify({ request_id: 'r', items: [], warnings: [] })),
      },
    });
    const list = client.createPipeline('notes', ['parser']).list({ symbolicDirectoryPaths: ['/*'] });
    await expect(list).rejects.toThrow(/an uncompressed response, got the content encoding "gzip"\. On the server/);
  });
});

describe('instanceof', () => {
  it('is true only for the class and its base classes', () => {
    const error = new ChainError('x', 0);
    expect([MillraceError, ValidationError, ChainError, Error].map((base) => error instanceof base)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(error instanceof ConfigurationError).toBe(false);
    expect(new ValidationError([]) instanceof ChainError).toBe(false);
  });

  it('is true for an error of another copy of the package', () => {
    const error = fromAnotherCopy(new NotFoundError('x', options));
    expect(Object.getPrototypeOf(error)).not.toBe(NotFoundError.prototype);
    expect([MillraceError, ApiError, NotFoundError].map((base) => error instanceof base)).toEqual([true, true, true]);
    expect(error instanceof RateLimitError).toBe(false);
    expect(isMillraceError(error, 'not_found')).toBe(true);
  });

  it('is false for an error of the base class and a user-defined subclass', () => {
    class OwnError extends ConfigurationError {}
    expect(new OwnError('x') instanceof OwnError).toBe(true);
    expect(new OwnError('x') instanceof ConfigurationError).toBe(true);
    expect(new ConfigurationError('x') instanceof OwnError).toBe(false);
  });

  it('is false for other values and errors', () => {
    for (const value of [null, undefined, 5, 'x', {}, new Error('x')])
      expect(value instanceof MillraceError).toBe(false);
  });
});

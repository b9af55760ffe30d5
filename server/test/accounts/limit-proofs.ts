import type { Role } from 'millrace/shared/rules/roles.js';
import { expect } from 'vitest';
import { routeAccess } from '../../src/http/route-access.js';
import type { TestServer } from '../support/test-server.js';
import type { NamedData } from './fill-names.js';

/** The names to which the tests limit keys. */
export const allowedNames = ['open', 'open-flow'];

/** The start of the error message for another name. */
export const limitMessage = 'This key is limited to the names open, open-flow, but the request uses';

interface ReceivedResponse {
  readonly status: number;
  readonly text: string;
}

export interface RequestParts {
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: string;
}

/** Proves a route's limit. @param route The route without a prefix. */
export type Proof = (key: string, route: string) => Promise<void>;

/** An id that does not exist. */
export const missingId = '00000000-0000-4000-8000-000000000000';

/** Returns functions that create the proofs of routes. @param data Called once the server has started. */
export function limitProofs(
  data: () => { readonly server: TestServer; readonly open: NamedData; readonly secret: NamedData },
) {
  async function send(
    key: string,
    route: string,
    { id = '', body, query = '' }: RequestParts = {},
  ): Promise<ReceivedResponse> {
    const [method, path] = route.split(' ') as [string, string];
    const response = await fetch(data().server.url + path.replace(':id', id) + query, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...((method === 'POST' || method === 'PATCH') && { body: JSON.stringify(body ?? {}) }),
    });
    return { status: response.status, text: await response.text() };
  }

  /** Proves that an id of another name gets the response of an unknown id, and that an id of one of the key's names does not. */
  const hides =
    (partsFor: (id: string) => RequestParts, idOf: (named: NamedData) => string, unknownId = missingId): Proof =>
    async (key, route) => {
      const id = idOf(data().secret);
      const masked = ({ status, text }: ReceivedResponse) => [
        status,
        text
          .replaceAll(id, 'ID')
          .replaceAll(unknownId, 'ID')
          .replace(/"(request_id|exchangeId)":\s*"[^"]*"/g, ''),
      ];
      const hidden = masked(await send(key, route, partsFor(id)));
      expect(hidden).toEqual(masked(await send(key, route, partsFor(unknownId))));
      const role = routeAccess[route] as Role;
      if (role === 'reader') expect(masked(await send(data().server.apiKey, route, partsFor(id)))).not.toEqual(hidden);
      expect(masked(await send(key, route, partsFor(idOf(data().open)))), 'and works for one of its names').not.toEqual(
        hidden,
      );
    };

  /** Proves that a request with another name is rejected with 403, or with 400 by process. */
  const refuses =
    (body: unknown): Proof =>
    async (key, route) => {
      const { status, text } = await send(key, route, { body });
      expect(text).toContain(limitMessage);
      expect(text).toContain('forbidden' satisfies string);
      expect(status).toBe(route.endsWith('/krixik-core-process') ? 400 : 403);
    };

  /** Proves that the response has the open marks and no secret ones, and that the unlimited key gets both. */
  const leavesOut =
    (marks: (named: NamedData) => readonly string[], parts: RequestParts = {}): Proof =>
    async (key, route) => {
      const limitedText = (await send(key, route, parts)).text;
      const fullText = (await send(data().server.apiKey, route, parts)).text;
      for (const mark of marks(data().open)) expect(limitedText).toContain(mark);
      for (const mark of marks(data().secret)) {
        expect(fullText).toContain(mark);
        expect(limitedText).not.toContain(mark);
      }
      expect(limitedText).not.toContain('secret');
    };

  /** Proves that a limited key gets an empty list for another pipeline, as for a pipeline without files. */
  const isEmptyFor =
    (body: (pipeline: string) => object): Proof =>
    async (key, route) => {
      const itemsOf = async (by: string, pipeline: string) =>
        JSON.parse((await send(by, route, { body: body(pipeline) })).text) as { items: unknown[]; message: string };
      const masked = async (pipeline: string) => {
        const { items, message } = await itemsOf(key, pipeline);
        return [items, message];
      };
      expect(await masked('secret')).toEqual(await masked('nowhere'));
      expect((await itemsOf(key, 'secret')).items).toEqual([]);
      expect((await itemsOf(key, 'open')).items).toHaveLength(1);
      expect((await itemsOf(data().server.apiKey, 'secret')).items).toHaveLength(1);
    };

  return { send, hides, refuses, leavesOut, isEmptyFor };
}

import type { Role } from 'millrace/shared/rules/roles.js';
import { expect } from 'vitest';
import { routeRoles } from '../../src/http/route-roles.js';
import type { TestServer } from '../support/test-server.js';
import type { NamedData } from './fill-names.js';

/** The names that the limited keys of the test are limited to. */
export const names = ['open', 'open-flow'];

/** What the refusal of another name says. */
export const tellsNames = 'This key is limited to the names open, open-flow, but the request uses';

interface Sent {
  readonly status: number;
  readonly text: string;
}

export interface Asked {
  readonly id?: string;
  readonly body?: unknown;
  readonly query?: string;
}

/** Proves a route's limit. @param route The route without a prefix. */
export type Proof = (key: string, route: string) => Promise<void>;

/** An id that nothing has. */
export const unknown = '00000000-0000-4000-8000-000000000000';

/** Returns what proves that routes keep to the names. @param data Called once the server has started. */
export function limitProofs(
  data: () => { readonly server: TestServer; readonly open: NamedData; readonly secret: NamedData },
) {
  async function send(key: string, route: string, { id = '', body, query = '' }: Asked = {}): Promise<Sent> {
    const [method, path] = route.split(' ') as [string, string];
    const response = await fetch(data().server.url + path.replace(':id', id) + query, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...((method === 'POST' || method === 'PATCH') && { body: JSON.stringify(body ?? {}) }),
    });
    return { status: response.status, text: await response.text() };
  }

  /** An id of another name gets the response of an unknown id, from which the response to the unlimited key differs. */
  const hides =
    (ask: (id: string) => Asked, idOf: (named: NamedData) => string, unknownId = unknown): Proof =>
    async (key, route) => {
      const id = idOf(data().secret);
      const masked = ({ status, text }: Sent) => [
        status,
        text
          .replaceAll(id, 'ID')
          .replaceAll(unknownId, 'ID')
          .replace(/"(request_id|exchangeId)":\s*"[^"]*"/g, ''),
      ];
      const hidden = masked(await send(key, route, ask(id)));
      expect(hidden).toEqual(masked(await send(key, route, ask(unknownId))));
      const role = routeRoles[route] as Role;
      if (role === 'reader') expect(masked(await send(data().server.apiKey, route, ask(id)))).not.toEqual(hidden);
      expect(masked(await send(key, route, ask(idOf(data().open)))), 'and works for one of its names').not.toEqual(
        hidden,
      );
    };

  const refuses =
    (body: unknown): Proof =>
    async (key, route) => {
      const { status, text } = await send(key, route, { body });
      expect(text).toContain(tellsNames);
      expect(text).toContain('forbidden' satisfies string);
      expect(status).toBe(route.endsWith('/krixik-core-process') ? 400 : 403);
    };

  /** The response has what is open, and nothing that is secret; that of the unlimited key has both. */
  const leavesOut =
    (marks: (named: NamedData) => readonly string[], asked: Asked = {}): Proof =>
    async (key, route) => {
      const ours = (await send(key, route, asked)).text;
      const all = (await send(data().server.apiKey, route, asked)).text;
      for (const mark of marks(data().open)) expect(ours).toContain(mark);
      for (const mark of marks(data().secret)) {
        expect(all).toContain(mark);
        expect(ours).not.toContain(mark);
      }
      expect(ours).not.toContain('secret');
    };

  /** Lists by a pipeline's name: another pipeline is like one without files. */
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

import type { Limits } from 'millrace/types/limits.js';
import type { ListRequest, UpdateRequest } from 'millrace/wire/requests.js';
import { EngineError } from '../../engine/engine-error.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(text: string): boolean {
  return uuid.test(text);
}

export function checkPipeline(name: string, limits: Limits): void {
  void name, limits;
}
export function checkMetadata(body: Partial<UpdateRequest>, limits: Limits): void {
  void body, limits;
}
export function checkSelectors(body: Partial<ListRequest>, limits: Limits): void {
  void body, limits;
}
export function checkQuery(query: string, limits: Limits, k?: number | null): void {
  void query, limits, k;
  throw new EngineError('validation', 'x');
}

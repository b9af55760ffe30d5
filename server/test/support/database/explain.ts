import pg from 'pg';
import type { Db } from '../../../src/store/db/db.js';
import type { Recorded } from './record-statements.js';

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

class RolledBack extends Error {}

/**
 * Explains the tenth execution of a statement that is prepared as on a server. By then, the database may have switched to a generic
 * plan, which ignores the values. The statement is executed and rolled back.
 */
export async function explainTenth(
  db: Db,
  { sql, values }: Omit<Recorded, 'uses'>,
): Promise<{ plan: PlanNode; error?: string }> {
  const literals = values.map(toLiteral);
  const execute = `execute tenth${literals.length > 0 ? `(${literals.join(', ')})` : ''}`;
  await db.query(`prepare tenth as ${sql}`);
  let plan: PlanNode | undefined;
  let error: string | undefined;
  try {
    await db.tx(async (tx) => {
      for (let use = 1; use < 10; use++) plan = planOf(await tx.query(`explain (format json) ${execute}`));
      plan = planOf(await tx.query(`explain (analyze, buffers, timing off, format json) ${execute}`));
      throw new RolledBack();
    });
  } catch (caught) {
    if (!(caught instanceof RolledBack)) error = String(caught);
  } finally {
    await db.query('deallocate tenth');
  }
  if (!plan) throw new Error(`Expected a plan, got ${error} for ${sql}`);
  return { plan, ...(error === undefined ? {} : { error }) };
}

/** Writes a value as the literal that corresponds to what `pg` sends. */
function toLiteral(value: unknown): string {
  if (value == null) return 'null';
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  if (Array.isArray(value)) {
    const items = value.map((item) => (item == null ? 'null' : JSON.stringify(String(item))));
    return pg.escapeLiteral(`{${items.join(',')}}`);
  }
  return pg.escapeLiteral(typeof value === 'string' ? value : JSON.stringify(value));
}

function planOf({ rows }: { rows: unknown[] }): PlanNode {
  const [
    {
      'QUERY PLAN': [{ Plan }],
    },
  ] = rows as [{ 'QUERY PLAN': [{ Plan: PlanNode }] }];
  return Plan;
}

export function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** Returns how many rows a node has read, including those that a filter removed. */
export function rowsRead(node: PlanNode): number {
  const each =
    (node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return Math.round(each * (node['Actual Loops'] ?? 0));
}

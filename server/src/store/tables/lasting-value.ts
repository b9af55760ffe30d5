import type { Db } from '../db/db.js';

/** A value that is made once for a store, whichever of its servers comes first, and stays. */
export async function lastingValue(db: Db, name: string, make: () => string): Promise<string> {
  const find = async () => {
    const { rows } = await db.query<{ value: string }>('select value from setting where name = $1', [name]);
    return rows[0]?.value;
  };
  const known = await find();
  if (known !== undefined) return known;
  await db.query('insert into setting (name, value) values ($1, $2) on conflict do nothing', [name, make()]);
  return (await find()) ?? '';
}

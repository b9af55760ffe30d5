import type { Db } from '../../../src/store/db/db.js';

interface FillOptions {
  /** The account that has two fifths of everything; 40 others share the rest. */
  readonly accountId: string;
  readonly files: number;
  readonly now: Date;
}

/** Two of the files' words: each ready file has `note`, and one file in a thousand has `rare`. */
const [common, rare] = ['note', 'rare'];

/**
 * Fills a store as years of use would: several accounts with several pipelines, files of many ages, directories, tags and states,
 * their runs, keywords and logs, reported runs with their workers, webhooks with their deliveries, and queued jobs.
 *
 * The account's pipeline `notes` has three tenths of all files. Each of its other pipelines has one file in five hundred.
 */
export async function fillStore(db: Db, { accountId, files, now }: FillOptions): Promise<void> {
  // checking the foreign keys of each row would take most of the time
  await db.query('set session_replication_role = replica');
  // later than the server's own account, which is the oldest
  await db.query(
    `insert into account (id, name, created_at)
     select ('a0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'account ' || n, $1::timestamptz + interval '1 s'
     from generate_series(1, 40) n`,
    [now],
  );
  // the account and the pipeline of a file or run, by its number
  const owner = `case when n % 10 < 4 then $1::uuid else ('a0000000-0000-4000-8000-' || lpad((1 + n % 40)::text, 12, '0'))::uuid end`;
  const pipeline = `case when n % 10 < 3 then 'notes' else 'pipeline ' || (n / 10) % 50 end`;
  const age = `make_interval(secs => n * 7)`;
  const id = (kind: string) => `('${kind}0000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid`;
  const params = [accountId, files, now];
  await db.query(
    `insert into file (id, account_id, pipeline, chain, chain_key, selections, file_name, directory, tags, description, name_key,
       directory_key, tag_keys, state, facts, input_blob, input_bytes, output_blob, output_extension, output_bytes, output_sha256,
       reserved_at, created_at, updated_at, expires_at)
     select ${id('f')}, ${owner}, ${pipeline}, '["keyword-db"]', 'keyword-db', '{"module_1":{"model":"sqlite","params":{}}}',
       name, directory, tags, '', name, directory, tag_keys, state, '{"module_1":{"num_lines":3}}',
       case when state in ('processing', 'failed') then 'input' || n end, 100,
       case when state = 'ready' then 'output' || n end, '.db', 100, repeat('0', 64),
       case when state = 'reserved' then $3::timestamptz else $3::timestamptz - ${age} end,
       case when state = 'ready' then $3::timestamptz - ${age} end, case when state = 'ready' then $3::timestamptz - ${age} / 2 end,
       $3::timestamptz + make_interval(secs => 600 + (n::bigint * 7919) % 30000000)
     from generate_series(1, $2::int) n, lateral (
       select 'note-' || n || '.txt' as name, '/letters/' || n % 20 || '/' || n % 300 as directory,
         case when n % 97 = 1 then 'failed' when n % 97 = 2 then 'processing' when n % 97 = 3 then 'reserved' else 'ready' end as state,
         case when n % 3 = 0 then jsonb_build_array(jsonb_build_object('author', 'ada' || n % 70)) else '[]'::jsonb end as tags,
         case when n % 3 = 0 then jsonb_build_array('["author"]', '["author","ada' || n % 70 || '"]') else '[]'::jsonb end as tag_keys
     ) file`,
    params,
  );
  await db.query(
    `insert into file_tag (file_id, tag, created_at)
     select file.id, tag_digest(account_id, pipeline, key), created_at from file, jsonb_array_elements_text(tag_keys) as tag (key)
     where state = 'ready'`,
  );
  await db.query(
    `insert into worker (id, account_id, name, version, pipelines, pipelines_key, registered_at, seen_at)
     select ${id('e')}, ${owner}, 'worker ' || n, 'v1', '[]', 'key ' || n, $3::timestamptz - ${age}, $3::timestamptz - ${age}
     from generate_series(1, $2::int / 100) n`,
    params,
  );
  await db.query(
    `insert into run (id, account_id, kind, of, name, state, file_id, file_name, error, created_at, started_at, finished_at)
     select ${id('b')}, ${owner}, 'hosted', ${pipeline}, 'quiet-' || n, state,
       ${id('f')}, 'note-' || n || '.txt', case when state = 'failed' then '{"code":"module_failed","message":"no words"}'::jsonb end,
       $3::timestamptz - ${age}, $3::timestamptz - ${age}, case when state not in ('pending', 'running') then $3::timestamptz - ${age} end
     from generate_series(1, $2::int) n, lateral (select case n % 97 when 1 then 'failed' when 2 then 'running' when 3 then 'pending'
       else 'completed' end as state) run`,
    params,
  );
  await db.query(
    `insert into run (id, account_id, kind, of, name, state, worker_id, created_at, started_at, finished_at, seen_at)
     select ${id('c')}, ${owner}, 'pipeline', 'clean', 'loud-' || n, state,
       ('e0000000-0000-4000-8000-' || lpad((1 + n % ($2::int / 100))::text, 12, '0'))::uuid,
       $3::timestamptz - ${age}, $3::timestamptz - ${age}, case when state <> 'running' then $3::timestamptz - ${age} end, case when state <> 'running' then $3::timestamptz - ${age} else $3::timestamptz end
     from generate_series(1, $2::int / 5) n, lateral (select case n % 97 when 1 then 'failed' when 2 then 'running' else 'completed' end as state) run`,
    params,
  );
  await db.query(
    `insert into task_run (run_id, index, key, name, model, state, attempt, output_blob)
     select id, 0, 'module_1', 'keyword-db', 'sqlite', state, 1, null from run`,
  );
  await db.query(
    `insert into run_log (run_id, line, at, level, message) select id, 1, created_at, 'info', 'started' from run where kind <> 'hosted'`,
  );
  await db.query(
    `insert into keyword_posting (file_id, stem, fold, occurrences)
     select id, word, word, '' from file cross join lateral (values ('${common}'), ('letter'), ('mill')) w (word) where state = 'ready'`,
  );
  await db.query(
    `insert into keyword_posting (file_id, stem, fold, occurrences)
     select ${id('f')}, '${rare}', '${rare}', '' from generate_series(1, $1::int, 1000) n`,
    [files],
  );
  await db.query(
    `insert into idempotency (account_id, key, request_hash, response, created_at)
     select ${owner}, 'key ' || n, '', '{}', $3::timestamptz - make_interval(secs => n % 80000) from generate_series(1, $2::int / 10) n`,
    params,
  );
  await db.query(
    `insert into api_key (id, account_id, hash, name, role, created_at)
     select ${id('d')}, ${owner}, 'hash ' || n, 'key ' || n, 'reader', $3 from generate_series(1, $2::int / 100) n`,
    params,
  );
  await db.query(
    `insert into webhook (id, account_id, url, secret, events, created_at)
     select ${id('8')}, case when n <= 5 then $1::uuid else ('a0000000-0000-4000-8000-' || lpad((1 + n % 40)::text, 12, '0'))::uuid end,
       'http://127.0.0.1:9/' || n, '', '["run.completed"]', $3 from generate_series(1, $2::int / 100) n`,
    params,
  );
  await db.query(
    `insert into webhook_delivery (id, account_id, webhook_id, target, run_id, type, body, created_at, due_at, ended_at)
     select ${id('9')}, webhook.account_id, webhook.id, webhook.id::text, ${id('b')}, 'run.completed', '', $3::timestamptz - ${age},
       case when n % 50 = 0 then $3::timestamptz + interval '1h' end, case when n % 50 > 0 then $3::timestamptz - make_interval(secs => n % 300000) end
     from generate_series(1, $2::int / 5) n
     join webhook on webhook.id = ('80000000-0000-4000-8000-' || lpad((1 + n % ($2::int / 100))::text, 12, '0'))::uuid
     where $1::uuid is not null`,
    params,
  );
  await db.query(
    `insert into blob_trash (key, at) select 'trash' || n, $2::timestamptz + interval '1 day' from generate_series(1, $1::int / 10) n`,
    [files, now],
  );
  await db.query(
    `insert into boss.job_common (id, name, data, start_after, created_on, keep_until, retry_limit, policy, heartbeat_seconds)
     select ${id('1')}, 'm.summarize', '{}', '2020-01-01', now(),
       now() + interval '10 years', 4, 'standard', 10
     from generate_series(1, $1::int / 10) n`,
    [files],
  );
  await db.query(
    `insert into audit (id, account_id, at, action, target, name, key_id, key_name)
     select ${id('2')}, ${owner}, $3::timestamptz - ${age}, 'file.update', ${id('f')}, 'note', ${id('d')}, 'key ' || n
     from generate_series(1, $2::int / 20) n`,
    params,
  );
  await db.query('set session_replication_role = origin');
  await db.query('vacuum (analyze)');
}

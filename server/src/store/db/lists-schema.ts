/** The SQL of migration 9, which adds the indexes and tags for lists of files. The statements must not change. */
export const fileListsSchema = `
-- for lists of files, newest first: all files, by name, and by directory. The indexed directory ends with a slash, and is truncated
-- because the size of an index entry is limited
drop index file_order;
create index file_newest on file (account_id, pipeline, created_at desc, id) where state = 'ready';
create index file_name on file (account_id, pipeline, (name_key collate "C"), created_at desc, id) where state = 'ready';
create index file_directory
  on file (account_id, pipeline, (left(directory_key || '/', 200) collate "C"), created_at desc, id) where state = 'ready';

-- the tags of ready files, as digests, because a tag can be too long for an index
create table file_tag (
  file_id uuid not null references file on delete cascade,
  tag bytea not null,
  created_at timestamptz not null,
  primary key (file_id, tag)
);
create index file_tag_newest on file_tag (tag, created_at desc, file_id);
create function tag_digest(account_id uuid, pipeline text, key text) returns bytea language sql immutable
  return substr(sha256(convert_to(account_id::text || pipeline || key, 'UTF8')), 1, 16);
insert into file_tag (file_id, tag, created_at)
  select file.id, tag_digest(account_id, pipeline, key), created_at from file, jsonb_array_elements_text(tag_keys) as tag (key)
  where state = 'ready';

-- for the unfinished runs of a worker, and for the runs of a pipeline, flow or task
drop index run_open;
create index run_open on run (account_id, worker_id) where finished_at is null;
create index run_of on run (account_id, of, created_at desc, id);

-- for the sweeper, which deletes the oldest entries first
create index blob_trash_oldest on blob_trash (at, key);
create index worker_silent on worker (seen_at);
`;

/** The SQL of migration 13, which adds the columns and indexes for lists of runs. The statements must not change. */
export const runListsSchema = `
-- the name of a hosted run's file, for lists and searches
alter table run add column file_name text;
update run set file_name = file.file_name from file where file.id = run.file_id;

-- identifies failures with the same cause: the same pipeline, step, code and message, ignoring ids, numbers, URLs, paths and quoted values
create function error_fingerprint(of text, error jsonb) returns text language sql immutable return
  left(encode(sha256(convert_to(concat_ws(E'\\n', of, error ->> 'code', regexp_replace(error ->> 'task', '-\\d+$', ''),
    regexp_replace(regexp_replace(regexp_replace(left(error ->> 'message', 2000),
      '(?<!\\w)(''[^'']*''|"[^"]*"|\`[^\`]*\`|“[^”]*”|«[^»]*»)(?!\\w)|\\w+://\\S+|(/[\\w.@~-]+){2,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '…', 'gi'),
      '\\w*\\d\\w*', '#', 'g'),
      '#([.:,+-]+#)+', '#', 'g')), 'UTF8')), 'hex'), 16);

alter table run
  -- what a list shows as the input: the file name, or the start of the input
  add column subject text generated always as (coalesce(file_name, nullif(left(input::text, 120), 'null'))) stored,
  -- the text that a search for runs matches, in lower case
  add column search text generated always as
    (lower(name || E'\\n' || of || E'\\n' || coalesce(file_name, '') || E'\\n' || coalesce(left(input::text, 1000), ''))) stored,
  add column error_search text generated always as
    (lower(left(error ->> 'code' || E'\\n' || coalesce(error ->> 'task', '') || E'\\n' || (error ->> 'message'), 1000))) stored,
  add column fingerprint text generated always as
    (case when state in ('failed', 'crashed') then error_fingerprint(of, error) end) stored;
create index run_state on run (account_id, state, created_at desc, id desc);
create index run_kind on run (account_id, kind, created_at desc, id desc);
create index run_name on run (account_id, name, created_at desc, id desc);
create index run_root on run (account_id, created_at desc, id desc) where parent_id is null;
create index run_started on run (account_id, started_at, id);
create index run_finished on run (account_id, finished_at, id);
create index run_duration on run (account_id, (finished_at - started_at), id);
create index run_failed on run (account_id, finished_at desc) where fingerprint is not null;
create index run_fingerprint on run (account_id, fingerprint, created_at desc, id desc) where fingerprint is not null;
`;

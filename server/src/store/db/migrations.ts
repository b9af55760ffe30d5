import { firstSchema } from './first-schema.js';

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The forward-only migrations. A released migration never changes; each schema change is a new entry. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: firstSchema,
  },
  {
    version: 2,
    sql: `
-- the size of a reported run's tasks, which is limited
alter table run add column record_characters bigint not null default 0;
`,
  },
  {
    version: 3,
    sql: `
-- earlier keys could do everything
alter table api_key
  add column id uuid not null default gen_random_uuid(),
  add column name text,
  add column role text not null default 'admin' check (role in ('reader', 'runner', 'operator', 'admin')),
  -- null: never
  add column expires_at timestamptz;
update api_key set name = 'key-' || id;
alter table api_key alter column name set not null, alter column id drop default, alter column role drop default;
create unique index api_key_id on api_key (id);
create unique index api_key_name on api_key (account_id, name);

-- the key that started the run; it may have been revoked since
alter table run add column key_id uuid;
`,
  },
  {
    version: 4,
    sql: `
-- what the module left out, guessed or could not read: the first ones, and how many there were
alter table task_run add column warnings jsonb;
`,
  },
  {
    version: 5,
    sql: `
-- the names of the pipelines, flows and tasks that the key is limited to; null: all
alter table api_key add column pipelines jsonb;
`,
  },
  {
    version: 6,
    sql: `
-- what identifies a task run's call when its run is resumed. The numbers are those of the events that began and completed it;
-- runs reported by earlier versions have none
alter table task_run
  add column digest text,
  add column began bigint,
  add column ended bigint;
-- the result in the form of a task's output, if it only describes the result
alter table run add column output jsonb;
`,
  },
  {
    version: 7,
    sql: `
-- who changed what, when, and from where; no references, because it outlives what was changed
create table audit (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  at timestamptz not null,
  action text not null,
  target uuid not null,
  name text not null,
  pipeline text,
  details jsonb,
  -- null for changes outside a request
  key_id uuid,
  key_name text,
  address text
);
create index audit_order on audit (account_id, at desc, id desc);
create index audit_old on audit (at);
`,
  },
  {
    version: 8,
    sql: `
-- runs that the server hands out to workers
alter table run
  add column served boolean not null default false,
  -- what a served run waits for: its time, or a worker; null once a worker has it
  add column waits text check (waits in ('time', 'worker')),
  add column priority smallint not null default 0,
  add column scheduled_for timestamptz,
  -- the run is cancelled if no worker has taken it by then
  add column start_by timestamptz,
  -- how often a worker has taken it, and how often that worker was lost
  add column attempt int not null default 0,
  add column losses int not null default 0,
  add column max_losses int not null default 3;
create index run_waits_for_worker on run (account_id, of, priority desc, scheduled_for, id) where waits = 'worker';
create index run_waits_for_time on run (account_id, of, scheduled_for) where waits = 'time';
create index run_start_by on run (start_by) where waits is not null and start_by is not null;
create index run_leased on run (seen_at) where served and waits is null and finished_at is null;
-- what the worker's programs take from the server, as they said in their last claim, and how many runs they had room for
alter table worker
  add column serves jsonb not null default '[]',
  add column free int not null default 0;
`,
  },
  {
    version: 9,
    sql: `
-- listings, newest first: of everything, by name, by directory, by tag. A directory is compared with a slash at its end, and
-- cut, because an index has a maximum size for its values
drop index file_order;
create index file_newest on file (account_id, pipeline, created_at desc, id) where state = 'ready';
create index file_name on file (account_id, pipeline, (name_key collate "C"), created_at desc, id) where state = 'ready';
create index file_directory
  on file (account_id, pipeline, (left(directory_key || '/', 200) collate "C"), created_at desc, id) where state = 'ready';

-- the tags of finished files; a tag is a digest, because it can be longer than an index allows
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

-- the unfinished runs of a worker, and the runs of a pipeline
drop index run_open;
create index run_open on run (account_id, worker_id) where finished_at is null;
create index run_of on run (account_id, of, created_at desc, id);

-- what the sweeper removes first
create index blob_trash_oldest on blob_trash (at, key);
create index worker_silent on worker (seen_at);
`,
  },
  {
    version: 10,
    sql: `
-- the files that have a rare word. Without the file's id, because equal values take little space in an index
create index keyword_posting_word on keyword_posting (fold);
`,
  },
  {
    version: 11,
    sql: `
-- browsers that are signed in with a key, and links that sign one in
create table session (
  hash text primary key,
  key_id uuid not null references api_key (id) on delete cascade,
  kind text not null check (kind in ('browser', 'link')),
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index session_key on session (key_id, kind, created_at desc);
create index session_expiry on session (expires_at);
`,
  },
  {
    version: 12,
    sql: `
-- the run that this one repeats; no reference, because it may be deleted first
alter table run add column rerun_of uuid;
-- whether the file's input and the outputs of its modules stay until it expires, so that it can be processed again
alter table file add column keep_input boolean not null default false;
-- a file that is processed again has several runs
drop index run_file;
create index run_file on run (file_id) where file_id is not null;
`,
  },
  {
    version: 13,
    sql: `
-- the name of a hosted run's file, for lists and their search
alter table run add column file_name text;
update run set file_name = file.file_name from file where file.id = run.file_id;

-- identifies failures with the same cause: the same step, code and message, apart from ids, numbers, paths and quoted values
create function error_fingerprint(of text, error jsonb) returns text language sql immutable return
  left(encode(sha256(convert_to(concat_ws(E'\\n', of, error ->> 'code', regexp_replace(error ->> 'task', '-\\d+$', ''),
    regexp_replace(regexp_replace(regexp_replace(left(error ->> 'message', 2000),
      '(?<!\\w)(''[^'']*''|"[^"]*"|\`[^\`]*\`|“[^”]*”|«[^»]*»)(?!\\w)|\\w+://\\S+|(/[\\w.@~-]+){2,}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '…', 'gi'),
      '\\w*\\d\\w*', '#', 'g'),
      '#([.:,+-]+#)+', '#', 'g')), 'UTF8')), 'hex'), 16);

alter table run
  -- what a list shows of the input
  add column subject text generated always as (coalesce(file_name, nullif(left(input::text, 120), 'null'))) stored,
  -- what a search in the list of runs reads
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
`,
  },
  {
    version: 14,
    sql: `
-- what is done to many runs at once, one after the other
create table bulk_job (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  action text not null check (action in ('resume', 'rerun', 'cancel', 'delete')),
  run_ids uuid[] not null,
  -- how many of them are done, and how many of these were not refused
  done int not null default 0,
  succeeded int not null default 0,
  -- how many were refused, by the reason
  refused jsonb not null default '{}',
  -- who asked for it, what the key may see and change, and from where
  key_id uuid,
  key_name text,
  address text,
  names jsonb,
  own_key uuid,
  created_at timestamptz not null,
  finished_at timestamptz,
  stopped boolean not null default false
);
create index bulk_job_open on bulk_job (created_at) where finished_at is null;
create index bulk_job_finished on bulk_job (finished_at) where finished_at is not null;
create index bulk_job_account on bulk_job (account_id, created_at desc);
`,
  },
  {
    version: 15,
    sql: `
-- the run of a file stays as long as its file, also if it is part of a run that is deleted
create function keep_hosted_children() returns trigger language plpgsql as $$
begin
  update run set parent_id = null where parent_id = old.id and kind = 'hosted';
  return old;
end
$$;
create trigger run_hosted_children before delete on run for each row execute function keep_hosted_children();
`,
  },
  {
    version: 16,
    sql: `
-- the runs of a worker, in the order of a list
drop index run_worker;
create index run_worker on run (worker_id, account_id, created_at desc, id desc) where worker_id is not null;
-- the list of an account's changes read this index, through the changes of all accounts
drop index audit_old;
`,
  },
];

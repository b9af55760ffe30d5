import { batchesSchema } from './batches-schema.js';
import { firstSchema } from './first-schema.js';
import { fileListsSchema, runListsSchema } from './lists-schema.js';

export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The forward-only migrations, in order. The statements of a released migration must not change; each schema change is a new entry. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: firstSchema,
  },
  {
    version: 2,
    sql: `
-- the total size of a reported run's task records, in characters, which is limited
alter table run add column record_characters bigint not null default 0;
`,
  },
  {
    version: 3,
    sql: `
-- existing keys had full access, so they become admin keys
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

-- the key that started the run; no reference, because the key may be revoked
alter table run add column key_id uuid;
`,
  },
  {
    version: 4,
    sql: `
-- warnings about what the module left out, guessed or could not read: the first warnings, and the total number of warnings
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
-- identify a task run's call when its run is resumed: the digest of its arguments, and the sequence numbers of the events that started
-- and completed the task run; null for runs reported by earlier versions
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
-- who changed what, when, and from where; no references to targets and keys, because an entry outlives them
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
  -- what a served run waits for: its scheduled time, or a worker; null if a worker has claimed the run, or if it has ended
  add column waits text check (waits in ('time', 'worker')),
  add column priority smallint not null default 0,
  add column scheduled_for timestamptz,
  -- the run is cancelled if it is still waiting at this time
  add column start_by timestamptz,
  -- how often a worker has claimed the run, and how often the worker was lost
  add column attempt int not null default 0,
  add column losses int not null default 0,
  add column max_losses int not null default 3;
create index run_waits_for_worker on run (account_id, of, priority desc, scheduled_for, id) where waits = 'worker';
create index run_waits_for_time on run (account_id, of, scheduled_for) where waits = 'time';
create index run_start_by on run (start_by) where waits is not null and start_by is not null;
create index run_leased on run (seen_at) where served and waits is null and finished_at is null;
-- the pipelines, flows and tasks that the worker serves, and its number of free slots, according to its last claim
alter table worker
  add column serves jsonb not null default '[]',
  add column free int not null default 0;
`,
  },
  {
    version: 9,
    sql: fileListsSchema,
  },
  {
    version: 10,
    sql: `
-- for finding the files that contain a rare word. Does not include the file's id, because equal values take little space in an index
create index keyword_posting_word on keyword_posting (fold);
`,
  },
  {
    version: 11,
    sql: `
-- browsers that are signed in with a key, and links that sign a browser in
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
-- the run that this run is a rerun of; no reference, because the earlier run may be deleted first
alter table run add column rerun_of uuid;
-- whether the file's input and the outputs of its modules are kept until the file expires, so that the file can be processed again
alter table file add column keep_input boolean not null default false;
-- a file that is processed again has several runs
drop index run_file;
create index run_file on run (file_id) where file_id is not null;
`,
  },
  {
    version: 13,
    sql: runListsSchema,
  },
  {
    version: 14,
    sql: `
-- actions on many runs; each job processes its runs one after another
create table bulk_job (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  action text not null check (action in ('resume', 'rerun', 'cancel', 'delete')),
  run_ids uuid[] not null,
  -- the number of runs that have been processed, and the number of runs for which the action succeeded
  done int not null default 0,
  succeeded int not null default 0,
  -- the number of runs for which the action was refused or failed, by reason
  refused jsonb not null default '{}',
  -- who started the job and from where, with the key's access: its names (null: all), and own_key if it can change only its own runs
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
-- a hosted run is kept as long as its file, even if its parent run is deleted
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
-- for lists of a worker's runs
drop index run_worker;
create index run_worker on run (worker_id, account_id, created_at desc, id desc) where worker_id is not null;
-- PostgreSQL used this index to list an account's changes, and thus read the changes of all accounts
drop index audit_old;
`,
  },
  {
    version: 17,
    sql: batchesSchema,
  },
  {
    version: 18,
    sql: `
-- where the reruns of a bulk job begin; null: at the first module, step or task
alter table bulk_job add column rerun_from text;
`,
  },
  {
    version: 19,
    sql: `
-- the contents of small inputs, by blob key
create table blob_content (key text primary key, content bytea not null);
-- disables compression, which costs more time than it saves
alter table blob_content alter column content set storage external;
`,
  },
  {
    version: 20,
    sql: `
-- for checking whether a content still has a file
create index file_small_input on file (input_blob) where starts_with(input_blob, 'row:');
`,
  },
  {
    version: 21,
    sql: `
-- the total usage of a module's requests to its model endpoint, in all attempts; null if the module sent no requests
alter table task_run add column usage jsonb;
-- the total usage of a finished batch
alter table batch add column usage jsonb;
create function add_usage(a jsonb, b jsonb) returns jsonb language sql immutable as $$
  select case when a is null then b when b is null then a else (
    select jsonb_object_agg(key, coalesce((a ->> key)::bigint, 0) + coalesce((b ->> key)::bigint, 0))
    from (select jsonb_object_keys(a) as key union select jsonb_object_keys(b)) keys) end
$$;
`,
  },
  {
    version: 22,
    sql: `
alter table file
  -- the SHA-256 of the input, for finding files that have already been processed; null for files of earlier versions
  add column input_sha256 text,
  -- the file at the same path that this file replaces when it is ready; no reference, because the replaced file may be deleted first
  add column replaces_id uuid,
  -- the symbolic directory that a client keeps in sync with a local folder, if a sync uploaded the file
  add column sync_root text;
-- apart from failed files, a path has at most one file, and at most one file that will replace it
drop index file_path;
create unique index file_path on file (account_id, pipeline, directory_key, name_key) where state <> 'failed' and replaces_id is null;
create unique index file_next on file (account_id, pipeline, directory_key, name_key) where state <> 'failed' and replaces_id is not null;
`,
  },
  {
    version: 23,
    sql: `
-- the table now also stores small outputs. A content whose file no longer exists can be deleted
alter table blob_content add column file_id uuid;
update blob_content set file_id = file.id from file where input_blob = key and starts_with(input_blob, 'row:');
-- delete the contents whose files no longer exist, except those in the trash, which the sweeper deletes
delete from blob_content where file_id is null
  and not exists (select from blob_trash where blob_trash.key = blob_content.key);
drop index file_small_input;
`,
  },
];

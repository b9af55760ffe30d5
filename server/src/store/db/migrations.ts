export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** The forward-only migrations. A released migration never changes; each schema change is a new entry. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
create table setting (
  name text primary key,
  value text not null
);

create table account (
  id uuid primary key,
  name text not null,
  units_used bigint not null default 0,
  -- events for runs and tasks that the account does not have
  unmatched_reports bigint not null default 0,
  created_at timestamptz not null
);

create table api_key (
  hash text primary key,
  account_id uuid not null references account on delete cascade,
  created_at timestamptz not null
);
create index on api_key (account_id);

create table file (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  pipeline text not null,
  chain jsonb not null,
  -- the chain as a single string, for comparison
  chain_key text collate "C" not null,
  selections jsonb not null,
  file_name text not null,
  directory text not null,
  tags jsonb not null,
  description text not null,
  -- the same values, normalized and case-folded, for matching
  name_key text not null,
  directory_key text not null,
  tag_keys jsonb not null,
  state text not null check (state in ('reserved', 'processing', 'ready', 'failed')),
  facts jsonb not null default '{}',
  input_blob text,
  input_bytes bigint,
  -- for resumable uploads: the length of the whole file, and a version that distinguishes files of the same length
  upload_length bigint,
  upload_version text,
  output_blob text,
  output_extension text,
  output_bytes bigint,
  output_sha256 text,
  reserved_at timestamptz not null,
  created_at timestamptz,
  updated_at timestamptz,
  expires_at timestamptz not null
);
create unique index file_path on file (account_id, pipeline, directory_key, name_key) where state <> 'failed';
create index file_chain on file (account_id, pipeline, chain_key) where state <> 'failed';
create index file_order on file (account_id, pipeline, created_at desc, id);
create index file_expiry on file (expires_at);
create index file_reserved on file (reserved_at) where state = 'reserved';

-- programs that execute runs and report them
create table worker (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  name text not null,
  version text not null,
  pipelines jsonb not null,
  -- a digest of the pipelines, for comparison
  pipelines_key text not null,
  registered_at timestamptz not null,
  seen_at timestamptz not null
);
create unique index worker_identity on worker (account_id, name, version, pipelines_key);
create index worker_seen on worker (account_id, seen_at desc);

create table run (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  kind text not null check (kind in ('hosted', 'pipeline', 'flow', 'task')),
  of text not null,
  version text,
  name text not null,
  state text not null check (state in ('pending', 'running', 'retrying', 'completed', 'failed', 'cancelled', 'crashed')),
  sequence bigint not null default 1,
  file_id uuid references file on delete cascade,
  input jsonb,
  result jsonb,
  error jsonb,
  parent_id uuid references run on delete cascade,
  worker_id uuid references worker on delete set null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  -- the remaining columns are for reported runs
  progress jsonb,
  reporter uuid,
  -- sequence of the last applied event
  reported_sequence bigint not null default 0,
  -- from the server's clock, because a program's clock may be wrong
  seen_at timestamptz,
  cancel_requested_at timestamptz,
  log_lines int not null default 0,
  -- the webhook of this hosted run: url, secret and events
  webhook jsonb
) with (fillfactor = 70);
create unique index run_file on run (file_id);
create index run_worker on run (worker_id, created_at desc) where worker_id is not null;
create index run_silent on run (seen_at) where kind <> 'hosted' and finished_at is null;
create index run_old on run (seen_at) where kind <> 'hosted' and finished_at is not null;
create index run_order on run (account_id, created_at desc, id);
create index run_parent on run (parent_id);
create index run_open on run (account_id) where finished_at is null;

create table task_run (
  run_id uuid not null references run on delete cascade,
  index int not null,
  key text not null,
  name text not null,
  version text,
  model text,
  params jsonb not null default '{}',
  state text not null
    check (state in ('pending', 'running', 'retrying', 'completed', 'failed', 'cancelled', 'crashed', 'skipped')),
  attempt int not null default 0,
  progress jsonb,
  after jsonb not null default '[]',
  child_run uuid,
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  error jsonb,
  output_blob text,
  -- the snippets of an embedder's vectors, for search
  snippets_blob text,
  facts jsonb,
  -- for reported tasks; a resumed run uses it instead of running the task again
  output jsonb,
  primary key (run_id, index)
) with (fillfactor = 70);
create unique index task_run_key on task_run (run_id, key);

create table run_log (
  run_id uuid not null references run on delete cascade,
  -- from 1
  line int not null,
  at timestamptz not null,
  level text not null check (level in ('debug', 'info', 'warning', 'error')),
  task text,
  message text not null,
  primary key (run_id, line)
);

-- one row per stem and file; the occurrences are packed
create table keyword_posting (
  file_id uuid not null,
  stem text collate "C" not null,
  -- the key that queries look up
  fold text collate "C" not null,
  occurrences text not null,
  primary key (file_id, fold, stem)
);

-- no foreign key, because checking each of a file's 20 000 postings would account for half the time it takes to store them
create function delete_postings() returns trigger language plpgsql as $$
begin
  delete from keyword_posting where file_id in (select id from gone);
  return null;
end
$$;
create trigger file_postings after delete on file
  referencing old table as gone for each statement execute function delete_postings();

create table idempotency (
  account_id uuid not null references account on delete cascade,
  key text not null,
  request_hash text not null,
  response jsonb not null,
  created_at timestamptz not null,
  primary key (account_id, key)
);
create index idempotency_age on idempotency (created_at);

-- URLs that are notified when an account's runs end
create table webhook (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  url text not null,
  -- signs messages, so it cannot be stored as a hash
  secret text not null,
  events jsonb not null,
  -- how many deliveries were dropped because too many were pending
  dropped bigint not null default 0,
  created_at timestamptz not null
);
create index webhook_account on webhook (account_id);

create table webhook_delivery (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  webhook_id uuid references webhook on delete cascade,
  -- for a run's own webhook, because the delivery may outlive the run
  url text,
  secret text,
  -- the webhook's id, or the account's id and the url's origin
  target text collate "C" not null,
  run_id uuid not null,
  type text not null,
  -- empty once the delivery has ended
  body text not null,
  attempts int not null default 0,
  delivered boolean not null default false,
  status int,
  error text,
  created_at timestamptz not null,
  -- null once the delivery has ended
  due_at timestamptz,
  ended_at timestamptz
);
create index webhook_delivery_due on webhook_delivery (due_at) where due_at is not null;
create index webhook_delivery_pending on webhook_delivery (account_id) where due_at is not null;
create index webhook_delivery_pending_target on webhook_delivery (target) where due_at is not null;
create index webhook_delivery_ended on webhook_delivery (ended_at) where ended_at is not null;
create index webhook_delivery_ended_target on webhook_delivery (target, ended_at desc) where ended_at is not null;
create index webhook_delivery_order on webhook_delivery (account_id, created_at desc, id);
create index webhook_delivery_webhook on webhook_delivery (webhook_id) where webhook_id is not null;

-- blobs that no row references; the sweeper deletes the file, then the row
create table blob_trash (
  key text primary key,
  at timestamptz not null
);
`,
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
];

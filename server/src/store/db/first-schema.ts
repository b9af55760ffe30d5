/** The SQL of migration 1. The statements must not change. */
export const firstSchema = `
create table setting (
  name text primary key,
  value text not null
);

create table account (
  id uuid primary key,
  name text not null,
  units_used bigint not null default 0,
  -- number of reported events for runs or tasks that do not exist, or that belong to another program or key
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
  -- the file name, directory and tags, normalized and case-folded, for matching
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
  -- the columns from progress to cancel_requested_at are only for reported runs
  progress jsonb,
  reporter uuid,
  -- sequence of the last applied event
  reported_sequence bigint not null default 0,
  -- according to the server's clock, because a program's clock may be wrong
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
  -- the 1-based line number
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

-- a trigger instead of a foreign key, because checking the key of each posting would take half of the time to store a file's postings
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

-- blobs that no row references; the sweeper deletes the blob, then the row
create table blob_trash (
  key text primary key,
  at timestamptz not null
);
`;

/** The SQL of migration 17, which adds batches of files. Must not change. */
export const batchesSchema = `
-- files that a client sends together
create table batch (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  name text not null,
  pipeline text not null,
  chain jsonb not null,
  -- what applies to each file: its models, directory, tags and webhook
  defaults jsonb not null,
  -- the key that created it; it may have been revoked since
  key_id uuid,
  -- how many files were announced, and how many the client did not send because an earlier call had finished them
  expected bigint,
  skipped bigint not null default 0,
  created_at timestamptz not null,
  -- no more files come
  closed_at timestamptz,
  cancelled_at timestamptz,
  finished_at timestamptz,
  -- what it came to, once it is finished
  counts jsonb
);
create index batch_order on batch (account_id, created_at desc, id desc);
create index batch_open on batch (account_id, created_at) where finished_at is null;
create index batch_finished on batch (finished_at) where finished_at is not null;

alter table run add column batch_id uuid references batch on delete set null;
create index run_batch on run (batch_id, created_at desc, id desc) where batch_id is not null;
create index run_batch_open on run (batch_id) where batch_id is not null and finished_at is null;

-- what became of files of a batch that have no run: it was deleted, or the file was refused
create table batch_outcome (
  batch_id uuid not null references batch on delete cascade,
  -- identifies a refused file
  key text,
  state text not null check (state in ('completed', 'failed', 'cancelled')),
  file_name text,
  fingerprint text,
  error jsonb
);
create index batch_outcome_batch on batch_outcome (batch_id);
create unique index batch_outcome_refused on batch_outcome (batch_id, md5(key)) where key is not null;

create function keep_batch_outcome() returns trigger language plpgsql as $$
begin
  insert into batch_outcome (batch_id, state, file_name, fingerprint, error)
  select batch.id, case when old.state = 'crashed' then 'failed' else old.state end, old.file_name, old.fingerprint,
    case when old.fingerprint is not null then jsonb_build_object('code', old.error -> 'code', 'task', old.error -> 'task',
      'message', left(old.error ->> 'message', 2000)) end
  from batch where batch.id = old.batch_id;
  return old;
end
$$;
create trigger run_batch_outcome after delete on run for each row
  when (old.batch_id is not null and old.finished_at is not null) execute function keep_batch_outcome();

-- a delivery can be about a batch instead of a run
alter table webhook_delivery alter column run_id drop not null, add column batch_id uuid;
`;

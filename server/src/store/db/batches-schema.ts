/** The SQL of migration 17, which adds batches of files. The statements must not change. */
export const batchesSchema = `
-- files that a client sends together
create table batch (
  id uuid primary key,
  account_id uuid not null references account on delete cascade,
  name text not null,
  pipeline text not null,
  chain jsonb not null,
  -- the options for each file, such as its models, directory, tags and webhook
  defaults jsonb not null,
  -- the key that created the batch; no reference, because the key may be revoked
  key_id uuid,
  -- the number of files that the client announced, and the number that it did not send because an earlier call had processed them
  expected bigint,
  skipped bigint not null default 0,
  created_at timestamptz not null,
  -- when the batch stopped accepting files
  closed_at timestamptz,
  cancelled_at timestamptz,
  finished_at timestamptz,
  -- the final file counts, once the batch has finished
  counts jsonb
);
create index batch_order on batch (account_id, created_at desc, id desc);
create index batch_open on batch (account_id, created_at) where finished_at is null;
create index batch_finished on batch (finished_at) where finished_at is not null;

alter table run add column batch_id uuid references batch on delete set null;
create index run_batch on run (batch_id, created_at desc, id desc) where batch_id is not null;
create index run_batch_open on run (batch_id) where batch_id is not null and finished_at is null;

-- the outcomes of a batch's files that have no run, because the run was deleted or the file was refused
create table batch_outcome (
  batch_id uuid not null references batch on delete cascade,
  -- identifies a refused file; null for the file of a deleted run
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

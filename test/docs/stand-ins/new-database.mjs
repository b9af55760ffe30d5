#!/usr/bin/env node
// Creates an empty database on the PostgreSQL server of the tests, and prints its URL.
import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

const { Client } = createRequire(new URL('../../../server/', import.meta.url))('pg');

const url = new URL(process.env['POSTGRES_URL']);
const client = new Client({ connectionString: url.href });
await client.connect();
const name = `docs_${randomUUID().replaceAll('-', '')}`;
await client.query(`create database ${name}`);
await client.end();
url.pathname = `/${name}`;
console.log(url.href);

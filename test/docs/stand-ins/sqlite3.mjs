#!/usr/bin/env node
// Runs `sqlite3 FILE QUERY` with the server's SQLite library, because not every machine has the program.
import { createRequire } from 'node:module';

const Database = createRequire(new URL('../../../server/', import.meta.url))('libsql');

const [file, query] = process.argv.slice(2);
const database = new Database(file, { readonly: true, fileMustExist: true });
for (const row of database.prepare(query).raw().all()) console.log(row.join('|'));
database.close();

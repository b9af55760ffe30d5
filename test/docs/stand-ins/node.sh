#!/bin/sh
# Servers of pages live for seconds: their WebAssembly is compiled once, not again when it is used often.
exec "$NODE" --liftoff-only "$@"

#!/bin/sh
# Without optimised WebAssembly code, because the servers of pages run only for seconds.
exec "$NODE" --liftoff-only "$@"

#!/usr/bin/env bash
# Starts what is installed in this directory or above it, as npx does, and tsx and esbuild, which npx would fetch from the registry.
# Never asks a registry. `exec`, so that a signal reaches the program itself.
name=$1
shift
directory=$PWD
while [[ -n $directory ]]; do
  program=$directory/node_modules/.bin/$name
  [[ ! -x $program ]] || exec "$program" "$@"
  directory=${directory%/*}
done
[[ $name != tsx && $name != esbuild ]] || exec "$REPOSITORY/node_modules/.bin/$name" "$@"
echo "Expected $name to be installed here or above, got $(ls node_modules 2>&1)" >&2
exit 1

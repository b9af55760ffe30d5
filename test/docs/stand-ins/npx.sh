#!/usr/bin/env bash
# Stand-in for `npx`. Starts a program that is installed in this directory or above it, or tsx or esbuild of this repository, which npx
# would download. Sends no request to a registry. Uses `exec`, so that signals reach the program itself.
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

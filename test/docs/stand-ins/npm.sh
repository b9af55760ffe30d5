#!/usr/bin/env bash
# Stand-in for `npm install`. Installs the packages of this repository from the packed tarballs, and other packages by links to the
# dependencies of this repository if the version matches. Sends no request to a registry.
set -euo pipefail
[[ $1 == install ]] || { echo "Expected npm install, got npm $*" >&2; exit 1; }
shift
target=$PWD
packages=()
for argument; do
  case $argument in
    --global) target=$GLOBAL ;;
    --ignore-scripts) ;;
    -*) echo "Expected an option of npm install that is known here, got $argument" >&2; exit 1 ;;
    *) packages+=("$argument") ;;
  esac
done
mkdir -p "$target/node_modules"
for package in "${packages[@]}"; do
  if [[ -d $PACKED/$package ]]; then
    cp -RP "$PACKED/$package/node_modules" "$target"
    continue
  fi
  name=${package%@*}
  version=${package##*@}
  here=$REPOSITORY/node_modules/$name
  grep -q "\"version\": \"$version\"" "$here/package.json" || { echo "Expected $package to be here" >&2; exit 1; }
  mkdir -p "$(dirname "$target/node_modules/$name")"
  ln -s "$here" "$target/node_modules/$name"
done
# npm creates this file in a directory without one
[[ $target == "$GLOBAL" || -e package.json ]] || echo '{ "dependencies": {} }' >package.json

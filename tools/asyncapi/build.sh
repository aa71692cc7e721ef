#!/usr/bin/env bash
# The AsyncAPI files of the block protocol and of every block here: written, validated by the
# official parser, and rendered into pages that work offline. Needs node and npm.
# build.sh [FOLDER]: where; by default build/asyncapi, which git ignores.
set -euo pipefail
tools=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$tools/../.." && pwd)
folder=${1:-$root/build/asyncapi}
python=${PYTHON:-$root/.venv/bin/python}
mkdir -p "$folder"
cd "$folder"
if [ ! -d node_modules/@asyncapi/parser ] || [ ! -d node_modules/@asyncapi/react-component ]; then
  npm install --prefix "$folder" --no-audit --no-fund --silent \
    "@asyncapi/parser@^3" "@asyncapi/react-component@^3"
fi
files=()
for name in $("$python" -m abs_contracts.kit.asyncapi "$folder"); do files+=("$name"); done
node "$tools/build.mjs" "${files[@]}"

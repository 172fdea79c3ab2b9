#!/bin/bash
# Runs buf on proto/. The imported definitions come from the Go module cache at the versions go.mod names, so nothing is
# asked of a registry. buf is $BUF, or that of node_modules, or that on the PATH.
#   scripts/buf.sh lint
#   scripts/buf.sh breaking [FOLDER|REVISION]      against another proto folder, or that of a revision; else of the last tag, or of HEAD
#   scripts/buf.sh generate TEMPLATE FOLDER        writes what a template's plugins make (to its folder "out") into FOLDER
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
buf=${BUF:-../node_modules/.bin/buf}
[ -x "$buf" ] || buf=$(command -v buf) || { echo 'buf.sh: no buf found; it is the npm package @bufbuild/buf, or set BUF' >&2; exit 1; }
buf=$(cd "$(dirname "$buf")" && pwd)/$(basename "$buf")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

absolute() { case $1 in /*) echo "$1" ;; *) echo "$here/$1" ;; esac; }

# bring MODULE FOLDER FILE...: copies files of a Go module's proto folder into the workspace's imports.
bring() {
  local from
  from=$(go list -m -f '{{.Dir}}' "$1")/$2
  shift 2
  for file; do
    mkdir -p "$space/imports/$(dirname "$file")"
    cp "$from/$file" "$space/imports/$file"
  done
}

# workspace NAME FOLDER: sets space to a workspace of a proto folder and what it imports.
workspace() {
  space=$work/$1
  mkdir -p "$space"
  cp buf.yaml "$space"
  cp -R "$2" "$space/proto"
  bring github.com/cosmos/cosmos-sdk proto cosmos/msg/v1/msg.proto cosmos/base/query/v1beta1/pagination.proto
  bring github.com/cosmos/cosmos-proto proto cosmos_proto/cosmos.proto
  bring github.com/cosmos/gogoproto . gogoproto/gogo.proto
  bring github.com/grpc-ecosystem/grpc-gateway third_party/googleapis google/api/annotations.proto google/api/http.proto
}

case ${1:-} in
  lint)
    workspace now proto
    cd "$space" && "$buf" lint proto
    ;;
  breaking)
    before=${2:-$(git describe --tags --abbrev=0 2>/dev/null || echo HEAD)}
    if [ -d "$(absolute "$before")" ]; then
      folder=$(absolute "$before")
    else
      mkdir "$work/revision"
      git archive "$before" proto | tar -x -C "$work/revision"
      folder=$work/revision/proto
    fi
    workspace before "$folder"
    workspace now proto
    cd "$space" && "$buf" breaking proto --against "$work/before/proto"
    ;;
  generate)
    [ $# -eq 3 ] || { echo 'buf.sh generate: expected a template and a folder' >&2; exit 2; }
    workspace now proto
    template=$(absolute "$2") folder=$(absolute "$3")
    (cd "$space" && "$buf" generate --template "$template")
    mkdir -p "$folder" && cp -R "$space/out/." "$folder"
    ;;
  *)
    echo 'buf.sh: expected lint, breaking or generate' >&2
    exit 2
    ;;
esac

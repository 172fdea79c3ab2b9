#!/usr/bin/env bash
# Generates src/protocol/messages/generated from chain/proto with ts-proto: bash scripts/proto.sh
# With --check it writes nothing, and fails where the files are not what chain/proto gives; 3 where this machine has no compiler for it.
#
# buf compiles (chain/scripts/buf.sh), or protoc where there is no buf. Imported definitions come from the Go module cache at the versions
# of chain/go.mod (run `go mod download` in chain/ once); only our own files and the Cosmos page request are generated. 64-bit integers are
# bigint, bytes are Uint8Array; services are left out (they travel as abci_query).
set -euo pipefail
cd "$(dirname "$0")/.."
check=${1:-}
[ -z "$check" ] || [ "$check" = --check ] || { echo 'proto.sh: expected nothing or --check' >&2; exit 2; }

target=src/protocol/messages/generated
options=esModuleInterop=true,forceLong=bigint,env=browser,importSuffix=.ts,outputServices=none,emitImportedFiles=false
options+=,useExactTypes=false,annotateFilesWithVersion=false,removeEnumPrefix=false
plugin=$PWD/node_modules/.bin/protoc-gen-ts_proto
page=cosmos/base/query/v1beta1/pagination.proto
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

by_buf() {
  cat >"$work/template.yaml" <<YAML
version: v2
inputs:
  - directory: proto
  - directory: imports
    paths: [imports/$page]
plugins:
  - local: $plugin
    out: out
    opt: [$options]
YAML
  bash chain/scripts/buf.sh generate "$work/template.yaml" "$work/out"
}

by_protoc() {
  local module paths=(-I chain/proto)
  for module in cosmos/cosmos-sdk:/proto cosmos/gogoproto: cosmos/gogoproto:/protobuf cosmos/cosmos-proto:/proto \
    grpc-ecosystem/grpc-gateway:/third_party/googleapis; do
    paths+=(-I "$(cd chain && go list -m -f '{{.Dir}}' "github.com/${module%%:*}")${module#*:}")
  done
  mkdir -p "$work/out"
  protoc "${paths[@]}" --plugin=protoc-gen-ts_proto="$plugin" --ts_proto_out="$work/out" --ts_proto_opt="$options" \
    electra/meter/v1/types.proto electra/meter/v1/tx.proto electra/meter/v1/query.proto "$page"
}

if [ -x "${BUF:-node_modules/.bin/buf}" ] || command -v buf >/dev/null; then by_buf
elif command -v protoc >/dev/null; then by_protoc
else
  echo 'proto.sh: neither buf (npm package @bufbuild/buf, or set BUF) nor protoc is on this machine' >&2
  exit 3
fi

if [ -z "$check" ]; then
  rm -rf "$target"
  cp -R "$work/out" "$target"
elif ! diff -rq "$work/out" "$target"; then
  echo "$target is not what chain/proto gives: run bash scripts/proto.sh" >&2
  exit 1
fi

#!/usr/bin/env bash
# Generates src/protocol/messages/generated from chain/proto with protoc and ts-proto: bash scripts/proto.sh
# Imported definitions come from the Go module cache (run `go mod download` in chain/ once); only our own files and the Cosmos page
# request are generated. 64-bit integers are bigint, bytes are Uint8Array; services are left out (they travel as abci_query).
set -euo pipefail
cd "$(dirname "$0")/.."
cache=$(go env GOMODCACHE)
version() { awk -v module="$1" '$1 == module { print $2; exit }' chain/go.mod; }
sdk=$cache/github.com/cosmos/cosmos-sdk@$(version github.com/cosmos/cosmos-sdk)
gogo=$cache/github.com/cosmos/gogoproto@$(version github.com/cosmos/gogoproto)
cosmos=$cache/github.com/cosmos/cosmos-proto@$(version github.com/cosmos/cosmos-proto)
google=$cache/github.com/grpc-ecosystem/grpc-gateway@v1.16.0/third_party/googleapis
out=src/protocol/messages/generated
rm -rf "$out" && mkdir -p "$out"
protoc -I chain/proto -I "$sdk/proto" -I "$gogo" -I "$gogo/protobuf" -I "$cosmos/proto" -I "$google" \
  --plugin=protoc-gen-ts_proto=node_modules/.bin/protoc-gen-ts_proto \
  --ts_proto_out="$out" \
  --ts_proto_opt=esModuleInterop=true,forceLong=bigint,env=browser,importSuffix=.ts,outputServices=none,emitImportedFiles=false,useExactTypes=false,annotateFilesWithVersion=false,removeEnumPrefix=false \
  electra/meter/v1/types.proto electra/meter/v1/tx.proto electra/meter/v1/query.proto cosmos/base/query/v1beta1/pagination.proto

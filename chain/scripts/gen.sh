#!/bin/bash
# Generates x/meter/types/*.pb.go and *.pb.gw.go from proto/. Works offline: the includes come from the Go module
# cache at the versions go.mod names. Needs protoc and the two plugins on the PATH (or in $(go env GOPATH)/bin):
#   go install github.com/cosmos/gogoproto/protoc-gen-gocosmos@v1.7.2
#   go install github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway@v1.16.0
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PATH:$(go env GOPATH)/bin"

dir() { go list -m -f '{{.Dir}}' "$1"; }
sdk=$(dir github.com/cosmos/cosmos-sdk)
gogo=$(dir github.com/cosmos/gogoproto)
cosmos=$(dir github.com/cosmos/cosmos-proto)
gateway=$(dir github.com/grpc-ecosystem/grpc-gateway)

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
protoc -I proto -I "$sdk/proto" -I "$gogo" -I "$gogo/protobuf" -I "$cosmos/proto" -I "$gateway/third_party/googleapis" \
  --gocosmos_out="plugins=grpc,Mgoogle/protobuf/any.proto=github.com/cosmos/cosmos-sdk/codec/types:$out" \
  --grpc-gateway_out="logtostderr=true,allow_colon_final_segments=true:$out" \
  proto/electra/meter/v1/*.proto
cp "$out"/electra/x/meter/types/*.go x/meter/types/

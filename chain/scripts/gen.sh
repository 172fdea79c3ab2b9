#!/bin/bash
# Generates the *.pb.go and *.pb.gw.go of each module in x/ from proto/; with --check it writes nothing and fails where they are not
# what proto/ gives. buf compiles (scripts/buf.sh); the two plugins are built at the versions go.mod names.
set -euo pipefail
cd "$(dirname "$0")/.."
check=${1:-}
[ -z "$check" ] || [ "$check" = --check ] || { echo 'gen.sh: expected nothing or --check' >&2; exit 2; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version() { go list -m -f '{{.Version}}' "$1"; }
export CGO_ENABLED=0
for plugin in github.com/cosmos/gogoproto/protoc-gen-gocosmos github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway; do
  GOBIN=$work/bin go install "$plugin@$(version "$(dirname "$plugin")")"
done
PATH=$work/bin:$PATH bash scripts/buf.sh generate buf.gen.yaml "$work/out"

modules=$(cd "$work/out/electra/x" && ls)
if [ -z "$check" ]; then
  for module in $modules; do
    mkdir -p "x/$module/types"
    cp "$work/out/electra/x/$module/types"/*.go "x/$module/types/"
  done
  exit
fi
stale=0
for module in $modules; do
  made=$work/out/electra/x/$module/types here=x/$module/types
  { (cd "$made" && ls); (cd "$here" && ls ./*.pb.go ./*.pb.gw.go | sed 's#^\./##'); } | sort -u >"$work/names"
  while read -r name; do
    cmp -s "$made/$name" "$here/$name" || { echo "$here/$name is not what proto/ gives: run scripts/gen.sh"; stale=1; }
  done <"$work/names"
done
exit $stale

#!/bin/bash
# Generates x/meter/types/*.pb.go and *.pb.gw.go from proto/; with --check it writes nothing and fails where they are not
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

made=$work/out/electra/x/meter/types
if [ -z "$check" ]; then
  cp "$made"/*.go x/meter/types/
  exit
fi
stale=0
(cd "$made" && ls && cd "$OLDPWD/x/meter/types" && ls ./*.pb.go ./*.pb.gw.go | sed 's#^\./##') | sort -u >"$work/names"
while read -r name; do
  cmp -s "$made/$name" "x/meter/types/$name" || { echo "x/meter/types/$name is not what proto/ gives: run scripts/gen.sh"; stale=1; }
done <"$work/names"
exit $stale

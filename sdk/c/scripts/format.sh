#!/usr/bin/env bash
# Formats the C sources by .clang-format, but for tables of constants; with --check it writes nothing and names what differs.
set -euo pipefail
cd "$(dirname "$0")/.."
files=$(git ls-files '*.c' '*.h' | grep -vE '_constants\.h$')
if [ "${1:-}" = --check ]; then
  # shellcheck disable=SC2086
  clang-format --dry-run --Werror $files
else
  # shellcheck disable=SC2086
  clang-format -i $files
fi

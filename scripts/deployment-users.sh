#!/usr/bin/env bash
# deployment-users.sh [--print] [--before-init] [DEPLOYMENT]: gives each process of docker-compose.yml its own part of a deployment's
# folder (default: deployment), which holds `data`, `secrets` and `keys` as the compose file mounts them.
#
#   --before-init   what `docker compose run --rm init` and Postgres need beforehand: a data folder to write, secrets to read
#   --print         says what it would do, and does nothing
#
# As root: once before and once after `init`, and again after a restore and after `electra uplink join`. Who may open whose socket is the
# group of the folder that it lies in. The numbers are those of docker-compose.yml; 1000 is the image's own user, 999 that of the image of
# Postgres.
set -euo pipefail
IMAGE=1000 POSTGRES=999 VAULT=10001 SIGNER=10002 BOOKS=10003 OPERATOR=10004 UPLINK=10005

die() { echo "deployment-users.sh: $1" >&2 && exit 1; }
print= before= folder=
for argument; do
  case $argument in
    --print) print=1 ;;
    --before-init) before=1 ;;
    -*) die "$argument: expected --print, --before-init or a folder" ;;
    *) [ -z "$folder" ] && folder=$argument || die "expected one folder, got $folder and $argument" ;;
  esac
done
folder=${folder:-deployment}
data=$folder/data secrets=$folder/data/secrets
[ -d "$folder" ] || die "$folder: expected the folder of a deployment"
[ -n "$print" ] || [ "$(id -u)" = 0 ] || die 'expected root: owners are changed (sudo); --print says what would be done'

run() { if [ -n "$print" ]; then printf '%q ' "$@" && echo; else "$@"; fi; }
# own USER MODE FILE…: those that are there; a passphrase that systemd hands in lies elsewhere
own() {
  local user=$1 mode=$2 path
  for path in "${@:3}"; do
    [ -e "$path" ] || continue
    run chown -R "$user:$user" "$path"
    run chmod -R "$mode" "$path"
  done
}

if [ -n "$before" ]; then
  run install -d -m 700 -o $IMAGE -g $IMAGE "$data"
  own $IMAGE u=rwX,go= "$folder/secrets/postgres_url"
  own $POSTGRES u=rwX,go= "$folder/secrets/postgres_password"
  [ ! -d "$folder/keys" ] || run chmod -R a+rX "$folder/keys" # the community's keys are public
  exit 0
fi

[ -f "$data/electra.json" ] || die "$data: expected a data folder made by electra init"
for part in "$data" "$secrets" "$data/run"; do [ ! -L "$part" ] || die "$part: expected a folder, not a link"; done

# Folders are root's: whoever owned one could put another file in the place of another user's.
run install -d -m 755 -o root -g root "$data"
run install -d -m 711 -o root -g root "$secrets" "$data/run"
run chown root:root "$data/electra.json"
run chmod 644 "$data/electra.json" # no secret in it
own $IMAGE u=rw,go= "$secrets/db-owner.url" "$secrets/db-indexer.url" "$secrets/db-prover.url" "$secrets/db-api.url"
own $VAULT u=rwX,go= "$data/vault" "$secrets/passphrase"
own $SIGNER u=rwX,go= "$data/signer" "$secrets/signer-passphrase"
own $BOOKS u=rw,go= "$secrets/db-books.url"
own $OPERATOR u=rw,go= "$secrets/operator-credential"
if [ -e "$data/uplink" ]; then # the uplink writes where the books do, by a copy of their URL: a secret has one reader
  own $UPLINK u=rwX,go= "$data/uplink" "$secrets/uplink-passphrase"
  run install -m 600 -o $UPLINK -g $UPLINK "$secrets/db-books.url" "$secrets/db-books-of-uplink.url"
fi
for public in "$data/keys" "$data/verification-keys.json"; do [ ! -e "$public" ] || run chmod -R a+rX "$public"; done

# pair FOLDER OWNER GROUP: the owner listens, the group connects. The group bit makes the socket the group's.
pair() { run install -d -m 2770 -o "$2" -g "$3" "$data/run/$1"; }
pair vault $VAULT 10013
pair signer-books $SIGNER 10023
pair signer-vault $SIGNER 10012
pair signer-operator $SIGNER 10024

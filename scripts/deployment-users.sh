#!/usr/bin/env bash
# deployment-users.sh [DATA]: gives each process of docker-compose.yml its own part of the data folder, after `docker compose run --rm
# init`.
# As root, once, and again after a restore. Who may open whose socket is the group of the folder that it lies in.
set -euo pipefail
data=${1:-deployment/data}
[ -f "$data/electra.json" ] || { echo "$data: expected a data folder made by electra init" >&2; exit 1; }

chmod 755 "$data" && chmod 644 "$data/electra.json" # no secret in it
chmod 711 "$data/secrets"
chown -R 10001:10001 "$data/vault" "$data/secrets/passphrase"
chown -R 10002:10002 "$data/signer" "$data/secrets/signer-passphrase"
chown 10003:10003 "$data/secrets/db-books.url"
chown 10004:10004 "$data/secrets/operator-credential"
[ ! -d "$data/keys" ] || chmod -R a+rX "$data/keys" # the community's keys are public

# pair FOLDER OWNER GROUP: the owner listens, the group connects. The group bit makes the socket the group's.
pair() { install -d -m 2770 -o "$2" -g "$3" "$data/run/$1"; }
chmod 711 "$data/run"
pair vault 10001 10013
pair signer-books 10002 10023
pair signer-vault 10002 10012
pair signer-operator 10002 10024

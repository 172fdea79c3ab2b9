#!/usr/bin/env bash
# Installs what the C SDK's tests need, on Debian 12 as root. Compilers and emulators; libsodium and libsecp256k1 in both word sizes.
set -euo pipefail
packages=(gcc gcc-multilib clang clang-format libclang-rt-14-dev llvm valgrind cmake pkg-config gcovr python3-pip gcc-arm-none-eabi
  libnewlib-arm-none-eabi qemu-system-arm libsodium-dev libsecp256k1-dev libsodium-dev:i386 libsecp256k1-dev:i386)
dpkg --add-architecture i386
apt-get update -qq || true # an index that could not be renewed is used as it was
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"

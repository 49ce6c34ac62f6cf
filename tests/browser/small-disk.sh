#!/bin/sh
# The program on a disk that is nearly full: no file grows beyond $BLOCKS blocks of 512 bytes.
trap '' XFSZ
ulimit -f "${BLOCKS:-128}"
exec "$(dirname "$0")/../../build/amtsweg" "$@"

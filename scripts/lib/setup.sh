# Sourced by the scripts: gets the pinned Bun and the locked dependencies. Needs npm or the right Bun, nothing else.
set -euo pipefail
export CALLED_FROM=$PWD
[ -z "${LIVEKIT_SERVER:-}" ] || export LIVEKIT_SERVER="$(realpath -m "$LIVEKIT_SERVER")"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
ROOT=$PWD

BUN_VERSION=$(sed -n 's/.*"packageManager": "bun@\([^"]*\)".*/\1/p' package.json)
TOOLS=.tools/bun-$BUN_VERSION

fail() {
  echo "error: $1" >&2
  exit 69
}

# The `bun` package places its executable by an install script, which npm may be told not to run; the package for
# this machine, which it depends on, holds the executable either way.
find_bun() {
  local candidate
  for candidate in "$(command -v bun || true)" "$TOOLS"/node_modules/@oven/bun-*/bin/bun "$TOOLS"/node_modules/bun/bin/bun.exe; do
    if [ -x "$candidate" ] && [ "$("$candidate" --version 2>/dev/null)" = "$BUN_VERSION" ]; then
      BUN=$(realpath "$candidate")
      return 0
    fi
  done
  return 1
}

install_bun() {
  command -v npm >/dev/null || fail "Bun $BUN_VERSION is needed: install Node.js with npm (apt install nodejs npm), or Bun itself from https://bun.sh"
  local started=$SECONDS
  echo "Bun $BUN_VERSION: fetching it from npm into $TOOLS ..." >&2
  mkdir -p "$TOOLS"
  echo '{"private":true}' >"$TOOLS/package.json"
  npm install --prefix "$TOOLS" --no-audit --no-fund --loglevel=error "bun@$BUN_VERSION" >&2 ||
    fail "npm could not fetch bun@$BUN_VERSION: check the connection to the npm registry"
  find_bun || fail "the Bun that npm fetched does not run on this machine ($(uname -sm))"
  echo "Bun $BUN_VERSION: done in $((SECONDS - started)) s" >&2
}

install_dependencies() {
  cmp -s bun.lock node_modules/.installed-lock && return 0
  local started=$SECONDS
  echo "dependencies: installing what bun.lock names ..." >&2
  bun install --frozen-lockfile >&2 || fail "bun install failed: check the connection to the npm registry"
  cp bun.lock node_modules/.installed-lock
  echo "dependencies: done in $((SECONDS - started)) s" >&2
}

find_bun || install_bun
# One Bun for everything that is started from here, by this name.
mkdir -p .tools/bin
[ "$(readlink .tools/bin/bun || true)" = "$BUN" ] || ln -sfn "$BUN" .tools/bin/bun
export PATH="$PWD/.tools/bin:$PWD/node_modules/.bin:$PATH"
install_dependencies

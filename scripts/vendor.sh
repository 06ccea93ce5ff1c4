#!/bin/sh
# Refresh the third-party stylesheet in static/vendor. Needed only when its version changes: the result is committed,
# so neither running nor testing the product fetches anything.
set -eu

VERSION=5.3.9
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

(cd "$work" && npm pack --silent "bootstrap@$VERSION" >/dev/null && tar xzf "bootstrap-$VERSION.tgz")
# The source map is not shipped, and a manifest of static files refuses a reference to a missing file. Images written as
# data: addresses go too: the content security policy forbids them, and each would be reported by the browser.
sed -e '/^\/\*# sourceMappingURL=/d' -e 's/url("data:[^"]*")/none/g' "$work/package/dist/css/bootstrap.min.css" \
    >static/vendor/bootstrap.min.css
cp "$work/package/LICENSE" static/vendor/bootstrap-LICENSE.txt
echo "static/vendor/bootstrap.min.css: $VERSION, $(wc -c <static/vendor/bootstrap.min.css) bytes"

#!/bin/sh
# backup.sh FOLDER: one backup more under FOLDER/<time>, and of the old ones those that are kept.
# Kept are the last 14 days and the first backup of each of the last 13 months. Files lie once for all of them, in
# FOLDER/files; a file that no kept backup names is removed, so that what was erased goes from here too.
set -eu
umask 077
folder=${1:?backup.sh FOLDER}
cd "$(dirname "$0")/.."
now=$(date +%Y-%m-%dT%H%M)
.venv/bin/python manage.py backup "$folder/$now" --files-to "$folder/files"

# Only what is a backup by its name and its manifest is looked at; nothing goes unless today's is complete.
days=$(date -d '14 days ago' +%Y-%m-%d)
months=$(date -d '13 months ago' +%Y-%m)
last=''
for each in "$folder"/20??-??-??T????; do
    [ -f "$each/manifest.json" ] || continue
    name=${each##*/}
    day=${name%T*}
    month=${day%-*}
    first=0
    [ "$month" = "$last" ] || first=1
    last=$month
    if [ "$day" \< "$days" ] && { [ "$first" = 0 ] || [ "$month" \< "$months" ]; }; then
        echo "▸ 删除旧备份 $name"
        rm -r -- "$each"
    fi
done

named=$(mktemp)
there=$(mktemp)
trap 'rm -f "$named" "$there"' EXIT
cat "$folder"/20??-??-??T????/files.jsonl | sed 's/.*"key":"\([0-9a-f]*\)".*/\1/' | LC_ALL=C sort -u >"$named"
find "$folder/files" -type f -printf '%f\n' | LC_ALL=C sort >"$there"
LC_ALL=C comm -13 "$named" "$there" | while read -r key; do
    rm -- "$folder/files/$(printf %.2s "$key")/$key"
done

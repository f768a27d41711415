#!/bin/sh
# Builds the index of one checkout, carries it to another, and proves it there.
#
#   prebuild.sh <checkout> <another checkout> [folder for the export]
#
# Set MIND_INDEX to call a mind-index that is not on the path, such as MIND_INDEX="node /opt/mind-index/bin/mind-index.js".
set -eu

source=$1
target=$2
folder=${3:-.}
mind_index() { ${MIND_INDEX:-mind-index} "$@"; }

# Where the index is built: once per commit, such as in continuous integration.
mind_index "$source" --quiet
export_file=$folder/index.mindx
mind_index export "$source" --output "$export_file" --quiet
mind_index verify "$export_file"

# Where it is used: only the files that differ from the export are indexed. Where the export does not fit (4: made with
# other settings; 5: damaged) nothing was changed, and the index is built from the files.
status=0
mind_index import "$export_file" "$target" --quiet || status=$?
case $status in
  0) ;;
  4 | 5) mind_index "$target" --quiet ;;
  *) exit "$status" ;;
esac

# The proof: every file is read, hashed and compared. Ends with 4 where the index is stale, with 5 where it is corrupt.
mind_index verify "$target" --source

#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The statistics site with a year of made-up data, in a browser: every page in
# three languages, on desk and phone, in the dark, printed, without scripts.
source "$(dirname "$0")/lib.sh"
command -v chromium >/dev/null || skip_all "no chromium"

cat >"$WORK/diary" <<'DIARY'
# entered by hand
2026-10-14 penalty Example Trading Ltd <script>: 20,000
  fr Example Trading Ltd <script> : 20 000 d’amende
  zh Example Trading Ltd <script>：罚款两万
2026-07-26 method A complaint button was added to two services
  fr Un bouton de signalement a été ajouté à deux services
  zh 两项服务增加了举报按钮
DIARY
chmod 644 "$WORK/diary"
conf_set feedd.country FR
conf_set feedd.demonstration yes
conf_set feedd.diary_file "$WORK/diary"
conf_set feedd.reporters_min 1
conf_set feedd.title "Statistics <of> a test & more"
feedd_up
python3 "$SRC/tools/feed-demo" --days "${DAYS:-120}" --hours 6 \
	--end 1795460400 "http://127.0.0.1:$FEED_PORT" || bail "no data"
mkdir -p "$ARTIFACTS/pages"
python3 "$SRC/tests/system/feedd_pages.py" "http://127.0.0.1:$FEED_PORT" \
	"$ARTIFACTS/pages"

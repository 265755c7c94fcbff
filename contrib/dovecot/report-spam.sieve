# SPDX-License-Identifier: Apache-2.0
# Runs when a user moves a mail into the folder for spam.
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];

if environment :matches "imap.user" "*" {
	set "user" "${1}";
}
pipe :copy "tamis-report" ["spam", "${user}"];

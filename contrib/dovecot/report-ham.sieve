# SPDX-License-Identifier: Apache-2.0
# Runs when a user moves a mail out of the folder for spam; to delete it says
# nothing about it.
require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment", "variables"];

if environment :matches "imap.mailbox" "*" {
	set "mailbox" "${1}";
}
if string "${mailbox}" ["Trash", "Deleted Items", "Deleted Messages"] {
	stop;
}
if environment :matches "imap.user" "*" {
	set "user" "${1}";
}
pipe :copy "tamis-report" ["ham", "${user}"];

/* SPDX-License-Identifier: Apache-2.0 */
#include "sample.h"

#define END "; Mon, 1 Jan 2024 00:00:00 +0000\n"
#define FROM(helo, name, ip, by)                                               \
	"Received: from " helo " (" name " [" ip "]) by " by                   \
	" (Postfix) with ESMTP id 4ABC1234" END

#define OURS   FROM("a", "a.example.org", "10.0.0.1", "mx.example.org")
#define THEIRS FROM("c", "c.example.com", "198.51.100.7", "mx.example.org")
#define UNNAMED                                                                \
	FROM("mail.yahoo.com", "unknown", "198.51.100.7", "mx.example.org")

static const struct eval_case cases[] = {
	{ "check_no_relays()", "\nx\n", true, NULL, 0 },
	{ "check_no_relays()", THEIRS "\n", false, NULL, 0 },
	{ "check_all_trusted()", "\nx\n", false, NULL, 0 },
	{ "check_all_trusted()", OURS "\n", true, NULL, 0 },
	{ "check_all_trusted()", OURS THEIRS "\n", false, NULL, 0 },
	{ "check_relays_unparseable()", THEIRS "\n", false, NULL, 0 },
	{ "check_relays_unparseable()",
	  "Received: from x [strange] by y" END "\n", true, NULL, 0 },
	/* a HELO that is an address, of another network */
	{ "helo_ip_mismatch()",
	  FROM("192.0.2.1", "unknown", "198.51.100.7", "m.example.org") "\n",
	  true, NULL, 0 },
	{ "helo_ip_mismatch()",
	  FROM("198.51.100.9", "unknown", "198.51.100.7", "m.example.org") "\n",
	  false, NULL, 0 },
	{ "helo_ip_mismatch()",
	  FROM("10.1.2.3", "unknown", "198.51.100.7", "m.example.org") "\n",
	  false, NULL, 0 },
	{ "helo_ip_mismatch()", THEIRS "\n", false, NULL, 0 },
	{ "check_for_numeric_helo()",
	  FROM("192.0.2.1", "unknown", "198.51.100.7", "m.example.org") "\n",
	  true, NULL, 0 },
	{ "check_for_numeric_helo()", THEIRS "\n", false, NULL, 0 },
	/* big providers have names */
	{ "check_for_no_rdns_dotcom_helo()", UNNAMED "\n", true, NULL, 0 },
	{ "check_for_no_rdns_dotcom_helo()", UNNAMED THEIRS "\n", false, NULL,
	  0 },
	{ "check_for_no_rdns_dotcom_helo()", THEIRS "\n", false, NULL, 0 },
	{ "check_for_sender_no_reverse()", THEIRS "\n", true, NULL, 0 },
	{ "check_for_sender_no_reverse()", UNNAMED "\n", false, NULL, 0 },
	/* each server should be who the next one says it is */
	{ "check_for_forged_received_trail()",
	  FROM("a", "a.example.com", "192.0.2.1", "b.example.org")
	      FROM("c", "c.example.com", "192.0.2.2", "d.example.net")
	          FROM("e", "e.example.com", "192.0.2.3", "f.example.net") "\n",
	  true, NULL, 0 },
	{ "check_for_forged_received_trail()",
	  FROM("a", "a.example.com", "192.0.2.1", "b.example.org")
	      FROM("c", "c.example.net", "192.0.2.2", "d.example.com")
	          FROM("e", "e.example.org", "192.0.2.3", "f.example.net") "\n",
	  false, NULL, 0 },
	{ "check_for_forged_received_ip_helo()",
	  FROM("192.0.2.1", "a.example.org", "198.51.100.7",
	       "m.example.org") "\n",
	  true, NULL, 0 },
	{ "check_for_from_domain_in_received_headers('example.com', 'true')",
	  "From: a@example.com\n" FROM("a", "a.example.com", "192.0.2.1",
	                               "b.example.com") "\n",
	  true, NULL, 0 },
	{ "check_for_from_domain_in_received_headers('example.com', 'true')",
	  "From: a@example.com\n" THEIRS "\n", false, NULL, 0 },
	{ "check_for_from_domain_in_received_headers('example.com', 'false')",
	  "From: a@example.com\n" THEIRS "\n", true, NULL, 0 },
};

START_TEST(relays_say_what_spamassassin_reads_in_them)
{
	SAMPLE_CHECK(cases);
}
END_TEST

UNIT_MAIN("eval_relay", relays_say_what_spamassassin_reads_in_them)

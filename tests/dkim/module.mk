# SPDX-License-Identifier: Apache-2.0
# Signatures made by others, and those that are broken: what tamis makes of
# them beside dkimpy, Mail::DKIM and OpenDKIM.
check_PROGRAMS += tests/dkim/verify
tests_dkim_verify_LDADD = libcore.a $(CORE_LIBS)
dist_check_SCRIPTS += tests/dkim/agree.py
TESTS += tests/dkim/agree.py
EXTRA_DIST += \
	tests/dkim/chains.py \
	tests/dkim/keys.py \
	tests/dkim/libopendkim.py \
	tests/dkim/mails.py \
	tests/dkim/sign.py \
	tests/dkim/sign_maildkim.pl \
	tests/dkim/signers.py \
	tests/dkim/vectors.py \
	tests/dkim/verifiers.py \
	tests/dkim/verify_maildkim.pl

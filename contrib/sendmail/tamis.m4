dnl SPDX-License-Identifier: Apache-2.0
dnl To be added to /etc/mail/sendmail.mc, before the MAILER lines;
dnl docs/install-sendmail.md explains it.
dnl
dnl No F= flag: when tamisd is away, mail is accepted unfiltered. With F=T it
dnl would wait at the sender instead.
INPUT_MAIL_FILTER(`tamis', `S=unix:/run/tamis/milter.sock, T=C:10s;S:30s;R:30s;E:1m')dnl

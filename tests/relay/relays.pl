#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What SpamAssassin's programming interface says of the relays of mails: one
# JSON object a mail. Standard input: their names, one a line. The argument is
# a configuration.
use strict;
use warnings;
use JSON::PP;
use Mail::SpamAssassin;
use Mail::SpamAssassin::PerMsgStatus;

my @names = (
    (map { "X-Spam-Relays-$_" } qw(Trusted Untrusted Internal External)),
    (map { "ALL-$_" } qw(TRUSTED UNTRUSTED INTERNAL EXTERNAL)),
);
my $sa = Mail::SpamAssassin->new({
    config_text => "$ARGV[0]\nuse_bayes 0\n",
    local_tests_only => 1,
    dont_copy_prefs => 1,
});
my $json = JSON::PP->new->canonical->latin1;
$sa->init(1);
while (my $file = <STDIN>) {
    chomp $file;
    open my $in, '<:raw', $file or die "$file: $!\n";
    my $mail = $sa->parse(do { local $/; <$in> }, 0);
    my $status = Mail::SpamAssassin::PerMsgStatus->new($sa, $mail);
    $status->extract_message_metadata();
    print $json->encode({
        file => $file,
        texts => [map { scalar $status->get($_, "") } @names],
    }), "\n";
    $status->finish;
    $mail->finish;
}

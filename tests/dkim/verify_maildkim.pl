#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What Mail::DKIM makes of mails. Usage: verify_maildkim.pl KEYS FILE...
#     FILE<TAB>dkim<TAB>RESULT          a line for each signature
#     FILE<TAB>arc<TAB>RESULT
use strict;
use warnings;
use Mail::DKIM::ARC::Verifier;
use Mail::DKIM::DNS;
use Mail::DKIM::Verifier;
use Net::DNS::RR;

my %records;
my $keys = shift;
open my $in, '<', $keys or die "$keys: $!\n";
while (<$in>) {
	chomp;
	my ($name, $text) = split / /, $_, 2;
	push @{ $records{$name} }, $text;
}
close $in;

{
	no warnings 'redefine';
	*Mail::DKIM::DNS::query = sub {
		my ($name) = @_;
		$@ = 'NXDOMAIN';
		return map {
			Net::DNS::RR->new(
				owner => $name, type => 'TXT', txtdata => [$_]);
		} @{ $records{ lc $name } || [] };
	};
}

sub feed {
	my ($verifier, $text) = @_;
	$verifier->PRINT($text);
	$verifier->CLOSE;
}

for my $file (@ARGV) {
	open my $mail, '<:raw', $file or die "$file: $!\n";
	my $text = do { local $/; <$mail> };
	close $mail;
	$text =~ s/\r?\n/\r\n/g;
	my $dkim = Mail::DKIM::Verifier->new(Strict => 1);
	feed($dkim, $text);
	print "$file\tdkim\t", $_->result, "\n" for $dkim->signatures;
	my $arc = Mail::DKIM::ARC::Verifier->new(Strict => 1);
	feed($arc, $text);
	print "$file\tarc\t", $arc->result, "\n";
}

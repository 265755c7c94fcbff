#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Signs mails with Mail::DKIM. Usage: sign_maildkim.pl KEY FORM FILE... writes
# FILE.signed for each; FORM is "simple/relaxed" and so on, or "arc CV".
use strict;
use warnings;
use Mail::DKIM::ARC::Signer;
use Mail::DKIM::Signer;

my ($key, $form, @files) = @ARGV;
for my $file (@files) {
	open my $in, '<:raw', $file or die "$file: $!\n";
	my $text = do { local $/; <$in> };
	close $in;
	my %common = (
		Algorithm => 'rsa-sha256', Domain => 'example.com',
		Selector => 'k1', KeyFile => $key);
	my $signer = $form =~ /^arc (\w+)/
		? Mail::DKIM::ARC::Signer->new(%common, Chain => $1,
			SrvId => 'mx.example.com')
		: Mail::DKIM::Signer->new(%common, Method => $form);
	$signer->PRINT($text);
	$signer->CLOSE;
	my $fields = $form =~ /^arc/
		? join("\r\n", $signer->as_strings) : $signer->signature->as_string;
	$fields =~ s/\r?\n/\r\n/g;
	open my $out, '>:raw', "$file.signed" or die "$file: $!\n";
	print $out "$fields\r\n$text";
	close $out;
}

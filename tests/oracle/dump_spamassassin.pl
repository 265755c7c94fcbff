#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# What SpamAssassin's rules would see: body paragraphs, raw body, header
# fields and URIs. Names of message files come on standard input, one a line;
# one JSON object a file goes to standard output.
use strict;
use warnings;
use Mail::SpamAssassin;
use Mail::SpamAssassin::PerMsgStatus;

my %escapes = ("\n" => '\n', "\t" => '\t', "\r" => '\r', '"' => '\"',
	"\\" => "\\\\");

sub text {
	my ($s) = @_;
	$s = '' unless defined $s;
	utf8::encode($s) if utf8::is_utf8($s);
	$s =~ s/(["\\\x00-\x1f])/$escapes{$1} || sprintf('\u%04x', ord $1)/ge;
	return "\"$s\"";
}

sub list {
	return '[' . join(',', map { text($_) } @_) . ']';
}

# The list of top-level domains is data of the rules; nothing else is read.
my $rules = -d '/usr/share/spamassassin' ? '/usr/share/spamassassin'
	: glob('/var/lib/spamassassin/*/updates_spamassassin_org');
my $config = "required_score 5\n";
for my $file (glob("$rules/20_aux_tlds.cf")) {
	open my $in, '<', $file or die "$file: $!\n";
	local $/;
	$config .= <$in>;
}
my $sa = Mail::SpamAssassin->new({ config_text => $config,
	local_tests_only => 1, dont_copy_prefs => 1, debug => 0 });
$sa->init(0);

sub uris {
	my ($status) = @_;
	my $found = $status->get_uri_detail_list();
	my @items;
	for my $raw (sort keys %$found) {
		my $uri = $found->{$raw};
		my @types = sort keys %{$uri->{types}};
		push @items, '{"raw":' . text($raw) . ',"cleaned":' .
			list(@{$uri->{cleaned} || []}) . ',"types":' .
			list(@types) . ',"hosts":' .
			list(sort keys %{$uri->{hosts} || {}}) . '}';
	}
	return '[' . join(',', @items) . ']';
}

sub headers {
	my ($message, $status) = @_;
	my %seen;
	my @items;
	for my $name ($message->get_pristine_header() =~
		/^([!-9;-~]+)[ \t]*:/mg) {
		next if $seen{lc $name}++;
		my $value = $status->get($name, undef);
		push @items, '[' . text($name) . ',' . text($value) . ']';
	}
	return '[' . join(',', @items) . ']';
}

$| = 1;
while (my $path = <STDIN>) {
	chomp $path;
	open my $in, '<:raw', $path or die "$path: $!\n";
	my $raw = do { local $/; <$in> };
	close $in;
	my $message = $sa->parse($raw, 1);
	my $status = Mail::SpamAssassin::PerMsgStatus->new($sa, $message);
	my $body = $message->get_rendered_body_text_array();
	my $rawbody = $message->get_decoded_body_text_array();
	print '{"file":', text($path), ',"body":', list(@$body),
		',"rawbody":', list(@$rawbody), ',"uris":', uris($status),
		',"headers":', headers($message, $status), "}\n";
	$status->finish();
	$message->finish();
}

#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Which of its stock rules SpamAssassin finds true. Names of message files
# come on standard input, one a line. First goes one JSON object about the
# rules to standard output, then one a file: {"file", "hits": {NAME: count}}.
# Nothing is learned, no user is known; and nothing is asked of the network, but
# where PORT is given: that of a name server on this machine.
use strict;
use warnings;
use JSON::PP;
use POSIX ();
use Mail::SpamAssassin;
use Mail::SpamAssassin::PerMsgStatus;

# The folder of the *.pre files, and those of the rules: what Debian's package
# brings, not what was fetched or written since.
my ($plugins, $rules, $home, $port) = @ARGV;
die "usage: rules_spamassassin.pl PLUGINS RULES HOME [PORT] < LIST\n"
	unless defined $home;

my %types = (
	$Mail::SpamAssassin::Conf::TYPE_HEAD_TESTS => 'header',
	$Mail::SpamAssassin::Conf::TYPE_BODY_TESTS => 'body',
	$Mail::SpamAssassin::Conf::TYPE_RAWBODY_TESTS => 'rawbody',
	$Mail::SpamAssassin::Conf::TYPE_FULL_TESTS => 'full',
	$Mail::SpamAssassin::Conf::TYPE_URI_TESTS => 'uri',
	$Mail::SpamAssassin::Conf::TYPE_META_TESTS => 'meta',
);

# Answers that are none are part of the test.
$SIG{__WARN__} = sub { warn @_ unless "@_" =~ /bogus rr/ };
my $network = $port ? "dns_available yes\nclear_dns_servers\n" .
	"dns_server 127.0.0.1:$port\nrbl_timeout 20\nuse_razor2 0\n" .
	"use_pyzor 0\n" : '';
my $json = JSON::PP->new->canonical->ascii;
my $sa = Mail::SpamAssassin->new({
	rules_filename => $rules,
	site_rules_filename => $plugins,
	ignore_site_cf_files => 1,
	userstate_dir => $home,
	local_tests_only => $port ? 0 : 1,
	dont_copy_prefs => 1,
	require_rules => 1,
	debug => 0,
	post_config_text => "use_bayes 0\nuse_bayes_rules 0\nuse_learner 0\n" .
		"use_txrep 0\nuse_auto_welcomelist 0\ntime_limit 0\n" . $network,
});
$sa->init(0);
# What one mail is answered must not keep the next from asking.
delete $sa->{conf}{dns_block_rule};
delete $sa->{conf}{dns_block_rule_domains};

sub rules {
	my $conf = $sa->{conf};
	my (%function, %rules);
	for my $name (keys %{$conf->{eval_to_rule}}) {
		$function{$_} = $name for @{$conf->{eval_to_rule}{$name}};
	}
	for my $name (keys %{$conf->{test_types}}) {
		my $rule = $rules{$name} = {
			type => $types{$conf->{test_types}{$name}} || 'plugin',
			tflags => $conf->{tflags}{$name} || '',
			runs => $conf->{scores}{$name} ?
				JSON::PP::true : JSON::PP::false,
		};
		if (exists $function{$name}) {
			my ($plugin) = $function{$name} =~
				/^(?:_|check_)(mimeheader(?=_eval)|uri_detail$)/;
			$rule->{type} = $plugin || 'eval';
			$rule->{function} = $function{$name} unless $plugin;
		}
		$rule->{type} = 'askdns' if exists $conf->{askdns}{$name};
		my $parts = $conf->{meta_dependencies}{$name};
		$rule->{parts} = [ sort @$parts ] if $parts;
	}
	return \%rules;
}

sub look_at {
	my ($path) = @_;
	open my $in, '<:raw', $path or die "$path: $!\n";
	my $raw = do { local $/; <$in> };
	close $in;
	my $status = Mail::SpamAssassin::PerMsgStatus->new(
		$sa, $sa->parse($raw, 1));
	$status->check();
	# What was looked at and is not true is in it, as 0.
	my $seen = $status->{tests_already_hit};
	my %hits = map { $_ => 0 + $seen->{$_} }
		grep { $seen->{$_} && exists $sa->{conf}{test_types}{$_} }
		keys %$seen;
	print $json->encode({ file => $path, hits => \%hits }), "\n";
}

# Each mail has a process of its own: an expression with %{NAME} is compiled
# once in a process, with the values of the first mail that has some. The mail
# that compile_now() looks at, to have the rest compiled, has none.
$| = 1;
print $json->encode({ rules => rules() }), "\n";
$sa->compile_now(0);
while (my $path = <STDIN>) {
	chomp $path;
	my $child = fork() // die "fork: $!\n";
	if (!$child) {
		look_at($path);
		POSIX::_exit(0);
	}
	waitpid $child, 0;
	die "$path: failed\n" if $?;
}

#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# Sets of messages for bench/classifier.sh, and how its peers are asked: each
# message is judged, then learned, and a line "CLASS SCORE" printed.
use strict;
use warnings;
use Digest::SHA qw(sha256_hex);
use JSON::PP qw(decode_json);

sub slurp {
	my ($path) = @_;
	open my $f, '<:raw', $path or die "$path: $!\n";
	local $/;
	return scalar <$f>;
}

sub spew {
	my ($path, $text) = @_;
	open my $f, '>:raw', $path or die "$path: $!\n";
	print $f $text;
	close $f;
}

# Without the fields of which the names begin so, and without a "From " line.
sub without_leaks {
	my ($mail, $leaky) = @_;
	$mail =~ s/\r\n/\n/g;
	$mail =~ s/\AFrom [^\n]*\n//;
	my ($head, $body) = split /\n\n/, $mail, 2;
	my ($keep, @kept) = (1);
	for my $line (split /\n/, $head) {
		$keep = $line !~ $leaky unless $line =~ /^[ \t]/;
		push @kept, $line if $keep;
	}
	return join("\n", @kept) . "\n\n" . ($body // '');
}

# In the order of the digests of their names.
sub write_set {
	my ($work, $set, $suffix, $count, @messages) = @_;
	my ($n, $list) = (0, '');
	mkdir "$work/$set";
	for my $m (sort { $a->{key} cmp $b->{key} } @messages) {
		last if $n == $count;
		my $path = sprintf '%s/%s/%05d%s', $work, $set, $n++, $suffix;
		spew($path, $m->{text}->());
		$list .= "$m->{class} $path\n";
	}
	spew("$work/$set.list", $list);
}

sub prepare {
	my ($leaky_file, $dir, $work, $count) = @_;
	my $names = join '|', map { quotemeta }
		grep { /\S/ && !/^#/ } split /\n/, slurp($leaky_file);
	my $leaky = qr/^(?:$names)/i;
	for my $folder (glob "$dir/mail/*/") {
		my ($set) = $folder =~ m{([^/]+)/$};
		my @mails;
		for my $path (glob "$folder*/*") {
			my ($class, $name) = $path =~ m{(ham|spam)/([^/]+)$} or next;
			push @mails, {
				class => $class,
				key => sha256_hex("$set/$name"),
				text => sub { without_leaks(slurp($path), $leaky) },
			};
		}
		write_set($work, "mail-$set", '.eml', $count, @mails);
	}
	for my $file (glob "$dir/ugi/*.ndjson") {
		my ($set) = $file =~ m{([^/]+)\.ndjson$};
		my @posts;
		for my $line (split /\n/, slurp($file)) {
			my $o = decode_json($line);
			my $text = $o->{text};
			utf8::encode($text);
			push @posts, { class => $o->{label},
				key => sha256_hex($o->{id}), text => sub { $text } };
		}
		write_set($work, "post-$set", '.txt', $count, @posts);
	}
}

# A post as a mail, for those that know mails only.
sub as_mail {
	my ($path) = @_;
	my $text = slurp($path);
	return $text if $path !~ /\.txt$/;
	return "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n" .
		"Content-Transfer-Encoding: 8bit\n\n$text\n";
}

sub each_message {
	my ($list, $each) = @_;
	for my $line (split /\n/, slurp($list)) {
		my ($class, $path) = split / /, $line, 2;
		printf "%s %.10f\n", $class, $each->($class, as_mail($path));
	}
}

sub bogofilter {
	my ($list, $state) = @_;
	mkdir $state;
	my $file = "$state/message";
	each_message($list, sub {
		my ($class, $mail) = @_;
		spew($file, $mail);
		my ($score) = `bogofilter -d '$state' -TT <'$file'` =~ /([\d.e-]+)/;
		system "bogofilter -d '$state' " .
			($class eq 'spam' ? '-s' : '-n') . " <'$file'";
		return $score // 0.5;
	});
}

sub spamassassin {
	my ($list, $state) = @_;
	require Mail::SpamAssassin;
	mkdir $state;
	my $sa = Mail::SpamAssassin->new({
		local_tests_only => 1,
		dont_copy_prefs => 1,
		userprefs_filename => '/dev/null',
		site_rules_filename => '/dev/null',
		config_text => "loadplugin Mail::SpamAssassin::Plugin::Bayes\n" .
			"loadplugin Mail::SpamAssassin::Plugin::Check\n" .
			"use_bayes 1\nuse_learner 1\nbayes_auto_learn 0\n" .
			"bayes_path $state/bayes\nbayes_min_ham_num 1\n" .
			"bayes_min_spam_num 1\nbayes_auto_expire 0\n" .
			"bayes_stopword_languages disable\n",
	});
	$sa->init(0);
	my ($bayes) = grep { ref eq 'Mail::SpamAssassin::Plugin::Bayes' }
		@{ $sa->{plugins}{plugins} };
	$sa->init_learner({ wait_for_lock => 1 });
	each_message($list, sub {
		my ($class, $text) = @_;
		my $mail = $sa->parse($text, 1);
		my $status = $sa->check($mail);
		my $score = $bayes->scan($status, $mail);
		$status->finish;
		$sa->learn($mail, undef, $class eq 'spam', 0)->finish;
		$mail->finish;
		return defined $score ? $score : 0.5;
	});

}

# Statistics of rspamd alone, with its own tokens (OSB) and SQLite, as it needs
# a server for all else; from the first message on, and of short texts too. The
# points are those of its symbols for 1,000 points at certainty.
sub rspamd_config {
	my ($state, $port, $share) = @_;
	my $control = $port + 1;
	spew("$state/tlds", "com\nnet\norg\n");
	spew("$state/rspamd.conf", qq{
options { pidfile = "$state/pid"; tempdir = "$state"; filters = "";
	url_tld = "$state/tlds"; dns { nameserver = ["127.0.0.1:9"]; } }
logging { type = "file"; filename = "$state/log"; level = "error"; }
lang_detection { languages = "$share/languages"; }
metric { name = "default"; actions { reject = 10000; }
	symbol "BAYES_SPAM" { weight = 1000.0; }
	symbol "BAYES_HAM" { weight = -1000.0; } }
worker "normal" { bind_socket = "127.0.0.1:$port"; count = 1; }
worker "controller" { bind_socket = "127.0.0.1:$control"; count = 1;
	secure_ip = "127.0.0.1"; }
classifier "bayes" { tokenizer { name = "osb"; } backend = "sqlite3";
	min_tokens = 1; min_learns = 1;
	cache { path = "$state/cache.sqlite"; }
	statfile { symbol = "BAYES_HAM"; path = "$state/ham.sqlite";
		spam = false; }
	statfile { symbol = "BAYES_SPAM"; path = "$state/spam.sqlite";
		spam = true; } }
});
}

sub rspamd {
	my ($list, $state, $prefix) = @_;
	require HTTP::Tiny;
	my $http = HTTP::Tiny->new(timeout => 120);
	my $port = 20000 + $$ % 10000;
	my ($share, $lib) = ("$prefix/usr/share/rspamd", "$prefix/usr/lib");
	my ($url, $control) = map { "http://127.0.0.1:$_" } $port, $port + 1;
	mkdir $state;
	rspamd_config($state, $port, $share);
	my $pid = fork // die "fork: $!\n";
	if (!$pid) {
		open STDOUT, '>', "$state/out";
		open STDERR, '>&', \*STDOUT;
		$ENV{LD_LIBRARY_PATH} = "$lib/rspamd:$lib/x86_64-linux-gnu";
		exec "$prefix/usr/bin/rspamd", '-f', '-i', '-c',
			"$state/rspamd.conf", "--var=CONFDIR=$prefix/etc/rspamd",
			"--var=SHAREDIR=$share", "--var=RULESDIR=$share/rules",
			"--var=PLUGINSDIR=$share/plugins",
			"--var=LUALIBDIR=$share/lualib", "--var=WWWDIR=$share/www",
			map { "--var=$_=$state" } qw(DBDIR RUNDIR LOGDIR);
	}
	for (1 .. 300) {
		last if $http->get("$url/ping")->{success};
		select undef, undef, undef, 0.2;
	}
	each_message($list, sub {
		my ($class, $mail) = @_;
		my $answer = $http->post("$url/checkv2", { content => $mail });
		die "rspamd: $answer->{content}\n" if !$answer->{success};
		my $symbols = decode_json($answer->{content})->{symbols};
		my $learned = $http->post("$control/learn$class",
			{ content => $mail });
		die "rspamd: $learned->{content}\n" if !$learned->{success} &&
			$learned->{content} !~ /already|contain/;
		my ($bayes) = grep { $_ } @$symbols{qw(BAYES_SPAM BAYES_HAM)};
		return $bayes ? $bayes->{score} : 0;
	});
	kill 'TERM', $pid;
	waitpid $pid, 0;
}

my %modes = (prepare => \&prepare, bogofilter => \&bogofilter,
	spamassassin => \&spamassassin, rspamd => \&rspamd);
my $mode = $modes{ shift @ARGV // '' } or die "no such mode\n";
$mode->(@ARGV);

// SPDX-License-Identifier: Apache-2.0
// All calls of two clients of Akismet's protocol: akismet_clients.js PORT KEY.
// Prints a line each: what, what came out, what should have. Their own options
// lead them to rest.test, which the caller has made a name of this machine.
"use strict";

const { AkismetClient } = require("akismet-api");
const akismet = require("akismet");

const [port, key] = process.argv.slice(2);
const blog = "https://blog.example.org";

function say(what, got, wanted) {
  console.log([what, String(got), String(wanted)].join("\t"));
}

const spam = {
  ip: "192.0.2.7", useragent: "Browser/1.0", referrer: "http://example.net/",
  name: "Ann", email: "ann@example.org", url: "http://shop.example.com/",
  content: "about sieve-advert, with \u00e9 & = % +", type: "comment",
  permalink: blog + "/1", role: "visitor", honeypot: "filled in",
};
const ham = { ip: "192.0.2.8", content: "about news", name: "Bob" };

async function first() {
  const options = { key, blog, host: `rest.test:${port}`, protocol: "http",
                    lang: "en", charset: "utf-8" };
  const client = new AkismetClient(options);
  const nobody = new AkismetClient({ ...options, key: "nobody" });
  const name = "akismet-api: ";

  say(name + "verifyKey", await client.verifyKey(), true);
  say(name + "verifyKey of no key", await nobody.verifyKey(), false);
  say(name + "checkSpam of spam", await client.checkSpam(spam), true);
  say(name + "checkSpam of ham", await client.checkSpam(ham), false);
  say(name + "checkSpam of a test",
      await client.checkSpam({ ...spam, isTest: true }), true);
  say(name + "checkSpam without a key",
      await nobody.checkSpam(ham).catch((e) => e.message), "Invalid API key");
  say(name + "checkSpam of nothing",
      await client.checkSpam({ ip: "192.0.2.8" })
        .catch((e) => e.message.slice(0, 25)), "there is nothing to judge");
  say(name + "submitSpam", (await client.submitSpam(ham)).text,
      "Thanks for making the web a better place.");
  say(name + "submitHam", (await client.submitHam(spam)).text,
      "Thanks for making the web a better place.");
  await new Promise((done) => client.checkSpam(spam, (error, is) => {
    say(name + "with a callback", error || is, true);
    done();
  }));
}

// Calls of the second client end in callbacks.
function promised(client, method, ...given) {
  return new Promise((done) => client[method](...given, (error, is) =>
    done(error ? error.message : is === undefined ? "done" : is)));
}

async function second() {
  const options = { blog, apiKey: key, host: "rest.test", port: Number(port) };
  const client = akismet.client(options);
  const nobody = akismet.client({ ...options, apiKey: "nobody" });
  const name = "akismet: ";
  const bad = { user_ip: "192.0.2.7", comment_author: "Ann",
                comment_content: "about sieve-advert" };
  const good = { user_ip: "192.0.2.8", comment_content: "about news" };

  say(name + "verifyKey", await promised(client, "verifyKey"), true);
  say(name + "verifyKey of no key", await promised(nobody, "verifyKey"), false);
  say(name + "checkComment of spam",
      await promised(client, "checkComment", bad), true);
  say(name + "checkComment of ham",
      await promised(client, "checkComment", good), false);
  say(name + "checkSpam", await promised(client, "checkSpam", bad), true);
  say(name + "checkComment without a key",
      await promised(nobody, "checkComment", bad), false);
  say(name + "submitSpam", await promised(client, "submitSpam", good), "done");
  say(name + "submitHam", await promised(client, "submitHam", bad), "done");
}

first().then(second);

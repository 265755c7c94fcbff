#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Walks the statistics site in a headless Chromium; TAP on standard output.

    feedd_pages.py URL FOLDER

Pictures and the printed report go into FOLDER. Scripts are off throughout.
Where AXE names a copy of axe.min.js, its rules of WCAG 2 A and AA are asked,
too."""
import json
import os
import sys
import tempfile
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser  # noqa: E402

PAGES = ["/", "/trends", "/types", "/sources", "/routes", "/complaints",
         "/campaigns", "/quality", "/cost", "/coverage", "/diary", "/data",
         "/report", "/codebook", "/own"]
LANGS = {"en": "en", "fr": "fr", "zh": "zh-Hans"}
WIDTHS = {"desk": 1280, "phone": 390}

# What is wrong with the page, as a list of texts.
CHECKS = r"""
(() => {
  const bad = [];
  const say = (what, e) => bad.push(what + ": " +
    (e.outerHTML || "").slice(0, 120));
  const all = (s) => [...document.querySelectorAll(s)];
  if (document.documentElement.scrollWidth > innerWidth)
    bad.push("wider than the screen: " + all("body *").filter(e =>
      e.getBoundingClientRect().right > innerWidth + 1 &&
      !e.closest(".wide-table, .unseen, svg")).slice(0, 3).map(e =>
      e.outerHTML.slice(0, 80)).join(" | "));
  for (const landmark of ["header", "main", "footer", "nav"])
    if (!document.querySelector(landmark)) bad.push("no " + landmark);
  if (all("h1").length !== 1) bad.push("not one h1");
  let level = 0;
  for (const h of all("h1, h2, h3, h4")) {
    if (+h.tagName[1] > level + 1) say("a level of headings left out", h);
    level = +h.tagName[1];
  }
  for (const t of all("table")) {
    if (!t.caption || !t.caption.textContent.trim()) say("no caption", t);
    for (const th of t.querySelectorAll("th"))
      if (!th.scope) say("no scope", th);
  }
  for (const s of all("svg"))
    if (s.getAttribute("role") === "img") {
      for (const id of s.getAttribute("aria-labelledby").split(" "))
        if (!document.getElementById(id)?.textContent.trim())
          say("a chart without its " + id, s);
    } else if (!s.closest("[role=img], [aria-hidden=true]")) {
      say("a picture that is neither named nor hidden", s);
    }
  for (const i of all("input:not([type=hidden]), select"))
    if (!i.labels.length) say("no label", i);
  for (const a of all("a, button, summary"))
    if (!a.textContent.trim()) say("no text", a);
  for (const n of all("nav"))
    if (!n.getAttribute("aria-label")) say("a nav without a name", n);
  const ids = all("[id]").map(e => e.id);
  if (new Set(ids).size !== ids.length) bad.push("an id is there twice");
  if (all("script, [style], [onclick], iframe").length)
    bad.push("scripts or styles in the page");
  for (const e of all("[src], link[href]"))
    if (new URL(e.src || e.href).origin !== location.origin)
      say("something from elsewhere", e);
  if (/\{\d\}|undefined|\(null\)/.test(document.body.innerText))
    bad.push("a place that was not filled in");
  const light = (c) => {
    const [r, g, b] = c.map(v => v / 255).map(v =>
      v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const parts = (c) => c.match(/[\d.]+/g).map(Number);
  const paper = (e) => {
    for (; e; e = e.parentElement) {
      const c = parts(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const seen = new Set();
  for (const e of all("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
      continue;
    const style = getComputedStyle(e), inside = e.closest("svg");
    if (e.closest("title, desc, defs, option")) continue;
    const ink = parts(inside ? style.fill : style.color);
    const a = light(ink), b = light(paper(inside?.parentElement || e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    const large = parseFloat(style.fontSize) >= 24 ||
      (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 600);
    const key = ink + "/" + e.tagName + e.className;
    if (ratio < (large ? 3 : 4.5) && !seen.has(key)) {
      seen.add(key);
      say("contrast " + ratio.toFixed(2), e);
    }
  }
  for (const e of all("input:not([type=hidden]), select, button")) {
    const style = getComputedStyle(e);
    const a = light(parts(style.borderTopColor)), b = light(paper(
      e.parentElement));
    if ((Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 3)
      say("the edge of a field is hardly seen", e);
  }
  if (document.title.split(" \u00b7 ").length < 2 ||
      !document.title.startsWith(document.querySelector("h1").textContent))
    bad.push("the title does not name the page: " + document.title);
  const skip = document.querySelector("body > a.skip");
  if (!document.getElementById(skip?.hash.slice(1)))
    bad.push("the first link does not lead to the figures");
  for (const e of all(".wide-table"))
    if (e.tabIndex < 0 || !e.getAttribute("aria-label"))
      say("what scrolls is out of reach of the keyboard", e);
  for (const t of all("table"))
    for (const row of t.tBodies[0]?.rows ?? [])
      if (!row.querySelector("th[scope=row]")) {
        say("a row without a head", row);
        break;
      }
  return bad;
})()
"""
# Targets (WCAG 2.2, 2.5.8): 24 pixels, or as much room around the middle.
# Links within a sentence are excepted.
TARGETS = r"""
(() => {
  const targets = [...document.querySelectorAll(
    "a, button, input:not([type=hidden]), select, summary")]
    .filter(e => !e.matches(".skip"))
    .flatMap(e => {
      const r = e.getBoundingClientRect();
      return r.width ? [{e, r, x: r.x + r.width / 2, y: r.y + r.height / 2,
                         small: r.width < 23.5 || r.height < 23.5}] : [];
    });
  const bad = [];
  for (const t of targets.filter(t => t.small)) {
    const near = targets.find(o => {
      if (o === t || o.e.contains(t.e)) return false;
      const dx = Math.max(o.r.left - t.x, 0, t.x - o.r.right);
      const dy = Math.max(o.r.top - t.y, 0, t.y - o.r.bottom);
      return Math.hypot(dx, dy) < 12 ||
        (o.small && Math.hypot(o.x - t.x, o.y - t.y) < 24);
    });
    if (near) bad.push(t.e.outerHTML.slice(0, 90) + " is close to " +
                       near.e.outerHTML.slice(0, 90));
  }
  return bad.slice(0, 5);
})()
"""
TEXTS = r"""
(() => {
  const walker = document.createTreeWalker(document.body, 4), texts = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("code, .langs, [lang]:not(html), .site, .nodes"))
      texts.push(walker.currentNode.data.trim());
  }
  for (const e of document.querySelectorAll("[aria-label]"))
    texts.push(e.getAttribute("aria-label"));
  return texts;
})()
"""
AXE = r"""
axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21aa"]}).then(r =>
  r.violations.map(v => v.id + ": " + v.nodes[0].html.slice(0, 150)))
"""


class Test:
    def __init__(self, url, folder):
        self.url, self.folder = url, folder
        self.number = self.failed = 0
        self.browser = Browser(tempfile.mkdtemp(dir=folder))
        axe = os.environ.get("AXE")
        self.axe = open(axe, encoding="utf-8").read() if axe else None

    def ok(self, good, name, *notes):
        self.number += 1
        self.failed += not good
        print("ok" if good else "not ok", self.number, "-", name)
        for note in [] if good else notes:
            print("#", str(note)[:400])
        sys.stdout.flush()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=60) as answer:
            return json.load(answer)

    def open(self, path, lang):
        self.browser.open(self.url + path + "?lang=" + lang)

    def picture(self, path, kind, lang):
        name = path.strip("/") or "overview"
        height = self.browser.value("document.documentElement.scrollHeight")
        self.browser.size(WIDTHS[kind], min(height, 12000),
                          kind == "phone")
        self.browser.screenshot(
            os.path.join(self.folder, f"{name}-{kind}-{lang}.png"))

    # ---- what is looked at ----

    def walk(self):
        for path in PAGES:
            for lang in LANGS:
                bad = []
                for kind, width in WIDTHS.items():
                    self.browser.size(width, 900, kind == "phone")
                    self.browser.media()
                    self.open(path, lang)
                    bad += [f"{kind}: {w}" for w in self.faults(lang)]
                    self.picture(path, kind, lang)
                self.ok(not bad, f"{path} in {lang}, on desk and phone", *bad)

    def faults(self, lang):
        bad = self.browser.value(CHECKS)
        if self.browser.value("document.documentElement.lang") != LANGS[lang]:
            bad.append("another language in html")
        if self.axe:
            self.browser.scripts(True)
            self.browser.value(self.axe + "; 0")
            bad += self.browser.value(AXE)
            self.browser.scripts(False)
        return bad

    def narrow(self):
        """Reflow (WCAG 1.4.10) at 320 pixels, and targets for fingers."""
        for path in PAGES:
            bad = []
            for lang in LANGS:
                self.browser.size(320, 700, True)
                self.open(path, lang)
                bad += [f"{lang}: {w}" for w in self.browser.value(CHECKS)]
                bad += [f"{lang}: {w}" for w in self.browser.value(TARGETS)]
            self.ok(not bad, f"{path} at 320 pixels", *bad)

    def dark(self):
        self.browser.size(1280)
        self.browser.media(dark=True)
        for path in PAGES:
            self.open(path, "en")
            bad = self.browser.value(CHECKS)
            self.ok(not bad, f"{path} in the dark", *bad)
        self.open("/", "en")
        self.browser.screenshot(os.path.join(self.folder, "dark.png"))
        self.browser.media()

    def translated(self):
        self.browser.size(1280)
        for path in PAGES:
            self.open(path, "en")
            english = {t for t in self.browser.value(TEXTS)
                       if sum(w.isalpha() for w in t.split()) >= 3}
            for lang in ("fr", "zh"):
                self.open(path, lang)
                same = english & set(self.browser.value(TEXTS))
                self.ok(not same, f"{path} is all in {lang}",
                        *sorted(same)[:5])

    def figures(self):
        stats = self.get("/v1/stats.json")
        self.open("/", "en")
        shown = self.browser.value(
            "[...document.querySelectorAll('.key data')].map(e => +e.value)")
        for name in ("items", "spam", "recipients", "advertising_spam",
                     "other_abuse", "suspected", "complaints"):
            self.ok(stats["totals"][name] in shown, f"the overview has {name}",
                    stats["totals"][name], shown)
        for name, path, heading in (
                ("verdict", "/types", "Verdicts"),
                ("surface", "/types", "Surfaces"),
                ("route", "/routes", "All items by sending class")):
            rows = self.get(f"/v1/tables/{name}.json")["rows"]
            self.open(path, "en")
            page = self.browser.value("""
                [...document.querySelectorAll("section")].filter(s =>
                s.querySelector("h2").textContent === %s)[0]
                .querySelectorAll("tbody data").values().toArray()
                .map(e => +e.value)""" % json.dumps(heading))
            self.ok(sum(page) == sum(r["items"] or 0 for r in rows) ==
                    stats["totals"]["items"],
                    f"rows of {name} add up to the items",
                    sum(page), stats["totals"]["items"])
        self.open("/trends", "en")
        column = self.browser.value("""
            [...document.querySelectorAll("details tbody tr")].map(r =>
            +r.cells[1].querySelector("data").value)""")
        self.ok(sum(column) == stats["totals"]["items"],
                "the steps add up to the items", sum(column))

    def key(self, name, code):
        for kind in ("keyDown", "keyUp"):
            self.browser.ask("Input.dispatchKeyEvent", type=kind, key=name,
                             code=name, windowsVirtualKeyCode=code,
                             text="\r" if name == "Enter" and
                             kind == "keyDown" else "")

    def keyboard(self):
        self.browser.size(1280)
        self.open("/types", "en")
        self.key("Tab", 9)
        self.ok(self.browser.value("document.activeElement.className")
                == "skip", "the first key goes to the link over the menu")
        self.ok(self.browser.value(
            "getComputedStyle(document.activeElement).outlineStyle")
            != "none", "what has the focus is seen")
        self.key("Enter", 13)
        self.ok(self.browser.value("location.hash") == "#main",
                "that link goes to the figures")
        self.key("Tab", 9)
        self.ok(self.browser.value(
            "!!document.activeElement.closest('main')"),
                "and the next key stays there")
        self.open("/types", "en")
        wanted = self.browser.value("""
            [...document.querySelectorAll("a[href], button, select, summary," +
            "input:not([type=hidden]), [tabindex='0']")].length""")
        seen, hidden = set(), []
        for _ in range(2 * wanted + 20):
            self.key("Tab", 9)
            at = self.browser.value("""(() => {
                const e = document.activeElement, s = getComputedStyle(e);
                const r = e.getBoundingClientRect();
                const all = [...document.querySelectorAll("*")];
                return [all.indexOf(e), e.outerHTML.slice(0, 80), e.tagName,
                    s.outlineStyle !== "none" && parseFloat(s.outlineWidth)
                    >= 2 && r.bottom > 0 && r.top < innerHeight];
                })()""")
            if at[2] == "BODY":
                continue
            seen.add(at[0])
            if not at[3]:
                hidden.append(at[1])
        self.ok(len(seen) >= wanted, "the keyboard reaches everything",
                len(seen), wanted)
        self.ok(not hidden, "and shows where it is", *hidden[:5])

    def printed(self):
        # what there is, as the last half-year may be without data
        period = self.get("/v1/stats.json")["period"]
        for lang in LANGS:
            self.browser.open(f"{self.url}/report?lang={lang}"
                              f"&from={period['begin'][:10]}"
                              f"&to={period['end'][:10]}")
            self.ok(self.browser.value(
                "+document.querySelector('.key data').value") > 0,
                    f"the report in {lang} has figures")
            path = os.path.join(self.folder, f"report-{lang}.pdf")
            self.browser.pdf(path)
            with open(path, "rb") as file:
                pdf = file.read()
            pages = pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ")
            self.ok(pdf.startswith(b"%PDF") and pages >= 8,
                    f"the report in {lang} prints", pages)

    def run(self):
        self.browser.scripts(False)
        self.walk()
        self.narrow()
        self.dark()
        self.translated()
        self.figures()
        self.keyboard()
        self.printed()
        self.browser.close()
        print(f"1..{self.number}")
        return self.failed > 0


if __name__ == "__main__":
    sys.exit(Test(sys.argv[1].rstrip("/"), sys.argv[2]).run())

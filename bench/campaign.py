#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Variants of texts, as senders of bulk mail make them, and what other
near-duplicate digests say of them.

    campaign.py vary DIR            writes DIR/MUTATION/TEXT/NN.txt or .eml
    campaign.py posts FILE... DIR   writes the texts of ndjson files, one a file
    campaign.py peers DIR...        ssdeep and TLSH: texts below a folder DIR
                                    that are near an earlier one
"""
import functools
import json
import pathlib
import random
import re
import sys

VARIANTS = 50

TEXTS = {
    "watches": "Dear customer, our shop has watches of all famous makers for "
    "a tenth of what you would pay elsewhere. Every watch is new, comes with "
    "its box and papers, and is sent to your home within two days. Order this "
    "week and choose a second one for nothing at all. Nobody will see a "
    "difference. Look at the pictures on our page, and write to us if the one "
    "you are looking for is not among them. We have served more than forty "
    "thousand happy buyers since last summer, and most of them come back. "
    "http://watches.example.com/shop",
    "loan": "Good morning. Do you need money today? We give loans from five "
    "hundred to fifty thousand to everybody, without questions and without "
    "papers. Your bank said no? We say yes. The money is on your account the "
    "same evening, and you pay back when you can. Write your name and your "
    "telephone number to our adviser and he will call you at once. "
    "http://loan.example.net/yes",
    "inheritance": "I am the lawyer of a late engineer who worked in your "
    "country and has left a large sum with a finance company. As no relatives "
    "could be found until now, the company asks me to name somebody to whom "
    "it can be paid out. Since you bear the same family name I would like to "
    "present you as his next of kin. All that is needed is your honest help "
    "and that you keep this matter to yourself until the transfer is done. "
    "For your trouble you would keep forty percent of the whole sum. Please "
    "answer to my private address so that I can tell you more.",
    "sms": "Congratulations! Your number was drawn as the winner of our "
    "summer prize. Claim your shopping voucher before midnight: "
    "http://prize.example.org/claim",
    "comment": "I lost everything until a friend told me about this trader, "
    "she turned my savings into ten times as much within one month, contact "
    "her on the messenger and thank me later",
    "russian": "Здравствуйте! Предлагаем готовые базы предприятий вашего "
    "города для рассылки рекламных предложений. В базе указаны адреса, "
    "телефоны и имена руководителей. Все данные проверены в этом месяце. "
    "Закажите сегодня и получите вторую базу бесплатно. Звоните или пишите "
    "нашему менеджеру, он ответит на все вопросы. "
    "http://bazy.example.com/gorod",
    "chinese": "尊敬的客户您好，本公司长期代理各类发票业务，税率优惠，可先验票后付款，"
    "保证真实有效，全国各地均可快递上门。如贵公司有需要欢迎随时来电咨询，"
    "联系人王经理，量大从优，长期合作另有折扣，祝您生意兴隆身体健康。",
    "chinese-sms": "恭喜您被抽中为幸运观众，请登录官方网站领取奖金和笔记本电脑一台，"
    "逾期视为自动放弃。",
    "japanese": "当選おめでとうございます。あなたは本日の特別会員に選ばれました。"
    "今すぐ下記のページからお手続きいただくと、高級腕時計と現金百万円を無料で"
    "お届けいたします。受付は今夜までとなりますのでお急ぎください。",
    "thai": "ยินดีด้วยคุณได้รับสิทธิ์กู้เงินด่วนไม่ต้องใช้เอกสารไม่ต้องมีคนค้ำประกัน"
    "อนุมัติภายในสิบนาทีโอนเงินเข้าบัญชีทันทีสนใจติดต่อเจ้าหน้าที่ได้ตลอดเวลา",
    "indonesian": "Main di situs ini dijamin gampang menang, baru daftar "
    "langsung dapat bonus besar, modal kecil bisa bawa pulang jutaan setiap "
    "hari, jangan sampai ketinggalan teman teman semua sudah buktikan",
}

SYLLABLES = [c + v for c in "bcdfghklmnprstvz" for v in "aeiou"]
HAN = [chr(c) for c in range(0x4E00, 0x5600)]
KANA = [chr(c) for c in range(0x3042, 0x3090)]
THAI = [chr(c) for c in range(0x0E01, 0x0E2F)]
LOOKALIKES = dict(zip("aceopxyABCEHKMOPTXацеорхус",
                      "асеорхуАВСЕНКМОРТХaцeopxyc"))
NAMES = ["Anna", "Boris", "Chen", "Dmitri", "Elif", "Fatou", "Goran", "Hanna"]


@functools.lru_cache(maxsize=None)
def kind(text):
    """Letters of a script without blanks, if the text is in one."""
    for letters in (KANA, THAI, HAN):
        if any(letters[0] <= c <= letters[-1] for c in text):
            return letters
    return None


def pieces(text):
    """Words; where there are no blanks, runs of two characters."""
    if kind(text):
        return re.findall(r"[^，。、]{1,2}|[，。、]", text)
    return text.split(" ")


def joined(text, words):
    return ("" if kind(text) else " ").join(words)


def random_word(r, text):
    letters = kind(text)
    if letters:
        return "".join(r.choices(letters, k=2))
    word = "".join(r.choices(SYLLABLES, k=r.randint(1, 4)))
    if re.search("[а-я]", text):
        word = word.translate(str.maketrans("abcdefghiklmnoprstuvz",
                                            "абсдефгхиклмнопрстувз"))
    return word


def random_words(r, text, share):
    n = int(len(pieces(text)) * share)
    return joined(text, [random_word(r, text) for _ in range(n)])


def sentences(text):
    return [s for s in re.split(r"(?<=[.!?。，,]) *", text) if s]


def names(r, text):
    name = r.choice(NAMES) + " " + random_word(r, "x").title()
    code = str(r.randint(10000, 99999))
    return joined(text, [name + ",", text, name, "No.", code])


def padded(r, text, share):
    return joined(text, [random_words(r, text, share / 2) + "\n", text,
                         "\n" + random_words(r, text, share / 2)])


def tokens(r, text):
    out = []
    for i, word in enumerate(pieces(text)):
        out.append(word)
        if i % 10 == 9:
            out.append("".join(r.choices("bcdfghjkqxz23456789", k=8)))
    return joined(text, out)


def homoglyphs(r, text):
    return re.sub(r"(http\S+)|(.)", lambda m: m[1] or (
        LOOKALIKES.get(m[2], m[2]) if r.random() < 0.15 else m[2]), text)


def shuffled(r, text):
    parts = sentences(text)
    r.shuffle(parts)
    return joined(text, parts)


def dropped(r, text):
    parts = sentences(text)
    kept = [s for s in parts if r.random() > 0.2]
    return joined(text, kept or parts[:1])


def replaced(r, text):
    return joined(text, [random_word(r, text) if r.random() < 0.1 else w
                         for w in pieces(text)])


def links(r, text):
    host = random_word(r, "x") + random_word(r, "x")
    code = "".join(r.choices("abcdefghij0123456789", k=12))
    new = "http://%s.example.net/%s" % (host, code)
    if "http" not in text:
        return text + " " + new
    return re.sub(r"http\S+", new, text)


def html(r, text):
    """Other tags and styles around it, and as much text again, unseen."""
    tag = r.choice(["p", "div", "td", "span", "font", "b"])
    hidden = r.choice(["display:none", "font-size:0", "visibility:hidden"])
    body = "".join("<%s class=%s>%s</%s> " % (
        tag, random_word(r, "x"), s, tag) for s in sentences(text))
    return ("Subject: %s\nContent-Type: text/html; charset=utf-8\n\n<html>"
            "<style>.%s{color:#%06x}</style><body><div style='%s'>%s</div>"
            "%s</body></html>\n" % (
                random_word(r, "x"), random_word(r, "x"), r.randrange(1 << 24),
                hidden, random_words(r, text, 1), body))


def everything(r, text):
    text = shuffled(r, links(r, homoglyphs(r, text)))
    return padded(r, tokens(r, names(r, text)), 0.5)


MUTATIONS = {
    "copies": lambda r, t: t,
    "names": names,
    "links": links,
    "homoglyphs": homoglyphs,
    "html": html,
    "shuffled": shuffled,
    "dropped": dropped,
    "tokens": tokens,
    "replaced": replaced,
    "padded-50": lambda r, t: padded(r, t, 0.5),
    "padded-100": lambda r, t: padded(r, t, 1),
    "padded-200": lambda r, t: padded(r, t, 2),
    "everything": everything,
}


def vary(folder):
    for mutation, change in MUTATIONS.items():
        for name, text in TEXTS.items():
            r = random.Random("%s %s" % (mutation, name))
            into = pathlib.Path(folder, mutation, name)
            into.mkdir(parents=True)
            for i in range(VARIANTS):
                suffix = "eml" if mutation == "html" else "txt"
                path = into / ("%02d.%s" % (i, suffix))
                path.write_text(change(r, text))


def posts(files, folder):
    for name in files:
        for line in open(name):
            post = json.loads(line)
            into = pathlib.Path(folder, post["set"], post["label"])
            into.mkdir(parents=True, exist_ok=True)
            (into / (post["id"] + ".txt")).write_text(post["text"])


def measures():
    """Name, digest of bytes, whether two digests are near."""
    try:
        import ssdeep
        yield ("ssdeep", ssdeep.hash, lambda a, b: ssdeep.compare(a, b) >= 30)
    except ImportError:
        pass
    try:
        import tlsh
        # Texts of less than 256 bytes have no digest there.
        yield ("TLSH", tlsh.hash,
               lambda a, b: a and b and tlsh.diff(a, b) <= 70)
    except ImportError:
        pass


def peers(folders):
    for name, digest, near in measures():
        for folder in folders:
            found = n = pairs = 0
            for texts in sorted({p.parent for p in
                                 pathlib.Path(folder).rglob("*.*")}):
                earlier = []
                for path in sorted(texts.iterdir()):
                    one = digest(path.read_bytes())
                    hits = sum(1 for e in earlier if near(one, e))
                    pairs += hits
                    found += hits > 0
                    n += bool(earlier)
                    earlier.append(one)
            print("%-12s %-24s %6.1f %%  %8d pairs" % (
                name, pathlib.Path(folder).name, 100 * found / max(n, 1),
                pairs))


if __name__ == "__main__":
    if sys.argv[1:2] == ["vary"] and len(sys.argv) == 3:
        vary(sys.argv[2])
    elif sys.argv[1:2] == ["posts"] and len(sys.argv) > 3:
        posts(sys.argv[2:-1], sys.argv[-1])
    elif sys.argv[1:2] == ["peers"]:
        peers(sys.argv[2:])
    else:
        sys.exit(__doc__)

"""A shop's page about a kettle, around whatever is embedded in it: words and a picture above it, and words below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

SHEET = """:root { color-scheme: light dark }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText }
header, main, footer { max-width: 960px; margin: 0 auto; padding: 1rem }
nav ul { display: flex; flex-wrap: wrap; gap: 1rem; margin: 0; padding: 0; list-style: none }
nav a { display: inline-block; min-height: 24px; color: inherit }
.photo { display: block; width: 100%; max-width: 480px; height: auto }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the shop says, in one language."""

    language: str
    direction: str
    title: str
    links: Sequence[str]
    menu: str
    text: str
    price: str
    below: str
    foot: str


ENGLISH = Words(
    language="en",
    direction="ltr",
    title="K2 Gooseneck Kettle",
    links=("Kettles", "Grinders", "Coffee", "Basket"),
    menu="Shop",
    text="A kettle for pouring by hand: a narrow spout, a handle that stays cool, and a base that holds the "
    "temperature you set for half an hour. Nine hundred millilitres, brushed steel, made to be repaired.",
    price="79.00 euros, in stock, with you in two days",
    below="Details and delivery",
    foot="Larkfield, Utrecht. Terms, privacy, returns.",
)
ARABIC = Words(
    language="ar",
    direction="rtl",
    title="غلاية القهوة",
    links=("الغلايات", "المطاحن", "القهوة", "السلة"),
    menu="المتجر",
    text="غلاية للصب اليدوي بفوهة ضيقة ومقبض يبقى باردا، وقاعدة تحافظ على درجة الحرارة التي تختارها نصف ساعة.",
    price="تسعة وسبعون يورو، متوفرة",
    below="التفاصيل والتوصيل",
    foot="الشروط والخصوصية والإرجاع",
)


def product_page(widget: str = "", head: str = "", words: Words = ENGLISH) -> str:
    """The whole document; ``widget`` stands after the price, where a phone shows it without scrolling."""
    links = "".join(f'<li><a href="#part-{number}">{escape(each)}</a></li>' for number, each in enumerate(words.links))
    below = "".join(f'<p id="part-{number}">{escape(words.text)}</p>\n' for number in range(6))
    return (
        f'<!doctype html>\n<html lang="{words.language}" dir="{words.direction}">\n<head><meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(words.title)}</title>\n'
        f'<link rel="icon" href="/favicon.ico">\n<link rel="stylesheet" href="/shop.css">\n{head}\n</head>\n<body>\n'
        f'<header><nav aria-label="{escape(words.menu)}"><ul>{links}</ul></nav></header>\n'
        f"<main>\n<h1>{escape(words.title)}</h1>\n"
        f'<img class="photo" src="/kettle.jpg" alt="{escape(words.title)}" width="900" height="600">\n'
        f"<p>{escape(words.price)}</p>\n{widget}\n<h2>{escape(words.below)}</h2>\n{below}</main>\n"
        f"<footer><p>{escape(words.foot)}</p></footer>\n</body>\n</html>\n"
    )

"""The sample company as the proofs of widgets need it: with pictures, and with one subject of exactly five reviews."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from engine.attached import media_id
from engine.domain import Media, MediaId, MediaKind, SourceId
from engine.domain.ids import review_id
from engine.pictures import LARGE, MEDIA_TYPE, SMALL, path_of, picture
from engine.store import MediaFile, Transaction
from tests.doors import Company, row

SUBJECT, FIVE = "k2-kettle", "pour-stand"
SETTINGS = '[site]\nname = "Larkfield"\nbase_url = "http://127.0.0.1:{port}"\n[publish]\nreviews_per_list = 5\n'
ARM = """I have used it every morning for half a year. It stands straight on a wet counter, and the arm does not sag \
under a litre of water."""
FOOT = """The foot is heavy and the lacquer is even. Mine had a burr at the screw, which a file took off within a \
minute, so four stars."""
LATE = """Delivery took nine days instead of three and the box was open. It works, but one side is scratched, and \
support answered only after a week."""
PRESENT = """Bought for my father, who had one of wire before. He says that the coffee tastes better, which I doubt, \
but he smiles when he makes it."""
FIXED = """Very well made. The arm is fixed at thirty centimetres, though, so with my small jug the water splashes \
over the rim of the filter."""
TYPICAL = (
    ("Owen B.", "5", "Holds a full kettle", ARM),
    ("Maren T.", "4", "Solid, but one burr", FOOT),
    ("Yusuf K.", "2", "Late and scratched", LATE),
    ("Claire D.", "5", "A lovely present", PRESENT),
    ("Ines R.", "3", "Good for tall jugs", FIXED),
)
"""Author, stars, title and text of five reviews of about 130 characters."""
_PICTURED = {"demo-001": "#7c8f86", "demo-014": "#8a6f5a", "demo-018": "#5b6c80", "demo-029": "#a09070"}


def prepare(folder: Path, port: int) -> Company:
    """The published company, whose links lead to a port of loopback."""
    company = Company(folder).configured(SETTINGS.format(port=port))
    _do(company, "demo")
    with company.instance() as instance, instance.store.writing() as transaction:
        hung = [_hang(transaction, name, ink, instance.settings.base_url) for name, ink in _PICTURED.items()]
    _do(company, "media", "approve", *hung)
    told = {"subject": FIVE, "subject_name": "Pour Stand", "verified": "purchase"}
    company.publish(
        *(
            row(f"stand-{stars}{at}", author=author, rating=stars, title=title, body=body, **told)
            for at, (author, stars, title, body) in enumerate(TYPICAL)
        )
    )
    return company


def photo(width: int, height: int, ink: str) -> bytes:
    """A JPEG of about the weight of a photograph: shapes on a ground with grain."""
    ground = Image.effect_noise((width, height), 40).convert("RGB")
    drawn = Image.blend(Image.new("RGB", (width, height), ink), ground, 0.3)
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((width * 0.3, height * 0.3, width * 0.7, height * 0.8), fill=ink, outline="#222", width=6)
    pen.line((width * 0.7, height * 0.5, width * 0.85, height * 0.35), fill="#222", width=10)
    written = BytesIO()
    drawn.save(written, "JPEG", quality=80)
    return written.getvalue()


def _hang(transaction: Transaction, name: str, ink: str, base_url: str) -> MediaId:
    """A pending picture on a review of the sample, as a form would have taken it in."""
    review, drawn = review_id(SourceId("larkfield-shop"), name), picture(photo(1200, 900, ink))
    large, small = (f"{base_url}{path_of(f'{review}.{drawn.id}', size)}" for size in (LARGE, SMALL))
    which = media_id(review, large)
    hung = Media(id=which, kind=MediaKind.IMAGE, url=large, thumbnail=small, width=drawn.width, height=drawn.height)
    transaction.media.insert({review: [hung]})
    for size, body in drawn.sizes.items():
        transaction.media.keep_file(which, size, MediaFile(media_type=MEDIA_TYPE, body=body))
    return which


def _do(company: Company, *words: str) -> None:
    done = company.plaudit(*words)
    if done.exit_code:
        raise RuntimeError(f"plaudit {words[0]} ended with {done.exit_code}:\n{done.output}")

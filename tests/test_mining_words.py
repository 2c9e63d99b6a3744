"""Words that are one phrase, words that are two, and words that never become one: in all five languages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from engine.domain import Phrase, ReviewId
from engine.mining import Listing, MinedText, mine


def texts_of(bodies: Sequence[str], author: str | None = None) -> list[MinedText]:
    """One review of another voice for each body."""
    return [MinedText(ReviewId(f"r{at:03}"), f"v{at}", body, author=author) for at, body in enumerate(bodies)]


def words_of(bodies: Sequence[str], language: str, *, at_least: int = 2) -> list[str]:
    return [each.text for each in mine(texts_of(bodies), language, at_least=at_least)]


def by_text(bodies: Sequence[str], language: str) -> dict[str, Phrase]:
    return {each.text: each for each in mine(texts_of(bodies), language, at_least=2)}


@pytest.mark.parametrize(
    ("language", "one", "other", "phrase"),
    [
        pytest.param("nl", "De gerechten zijn mooi.", "Je hebt recht op geld.", "gerechten", id="nl gerechten, recht"),
        pytest.param("nl", "De batterijen zijn leeg.", "De bat is van hout.", "batterijen", id="nl batterijen, bat"),
        pytest.param("nl", "De prijs is hoog.", "Het is hier prijzig.", "prijs", id="nl prijs, prijzig"),
        pytest.param("fr", "La terrasse est belle.", "Les terres sont loin.", "terrasse", id="fr terrasse, terres"),
        pytest.param("fr", "L'attente est longue.", "Un serveur attentif.", "attente", id="fr attente, attentif"),
        pytest.param("de", "Der Verkäufer war da.", "Wir verkaufen das Auto.", "Verkäufer", id="de Verkäufer"),
        pytest.param("de", "Die Küche ist offen.", "Den Kuchen gab es kalt.", "Küche", id="de Küche, Kuchen"),
        pytest.param("de", "Der Lüfter ist laut.", "Die Luft ist raus.", "Lüfter", id="de Lüfter, Luft"),
        pytest.param("es", "La mesa es grande.", "Fuimos este mes.", "mesa", id="es mesa, mes"),
        pytest.param("es", "El mar es azul.", "Hablamos con María.", "mar", id="es mar, María"),
        pytest.param("en", "The comforter is thin.", "No comfort at all.", "comforter", id="en comforter, comfort"),
    ],
)
def test_two_words_with_one_stem_are_counted_apart(language: str, one: str, other: str, phrase: str) -> None:
    found = by_text([one, one, other, other, other], language)

    assert found[phrase].count == 2
    assert set(found[phrase].review_ids) == {"r000", "r001"}


@pytest.mark.parametrize(
    ("language", "bodies", "count"),
    [
        pytest.param("en", ["The dvd is fine."] * 2 + ["The dvds are fine."] * 3, 5, id="en dvds"),
        pytest.param("de", ["Der Akku ist gut."] * 2 + ["Die Akkus sind gut."] * 3, 5, id="de Akkus"),
        pytest.param("de", ["Der Stuhl ist gut."] * 2 + ["Die Stühle sind gut."] * 3, 5, id="de Stühle"),
        pytest.param("es", ["La cantidad es buena."] * 2 + ["Las cantidades son buenas."] * 3, 5, id="es cantidades"),
        pytest.param("es", ["El arroz es bueno."] * 2 + ["Los arroces son buenos."] * 3, 5, id="es arroces"),
        pytest.param("es", ["La atención es buena."] * 2 + ["La atencion es mala."] * 3, 5, id="es without accents"),
        pytest.param("fr", ["Le plateau est beau."] * 2 + ["Les plateaux sont beaux."] * 3, 5, id="fr plateaux"),
        pytest.param("fr", ["Le bœuf est bon."] * 2 + ["Le boeuf est bon."] * 3, 5, id="fr ligatures"),
        pytest.param("nl", ["De kamer is mooi."] * 2 + ["De kamers zijn mooi."] * 3, 5, id="nl kamers"),
        pytest.param("nl", ["De foto is mooi."] * 2 + ["De foto's zijn mooi."] * 3, 5, id="nl foto's"),
    ],
)
def test_singular_and_plural_are_one_phrase(language: str, bodies: list[str], count: int) -> None:
    [found] = mine(texts_of(bodies), language, at_least=2)

    assert found.count == count


@pytest.mark.parametrize(
    ("language", "body"),
    [
        pytest.param("en", "Thanks to Jennifer and to Mr Thorncastle.", id="en"),
        pytest.param("de", "Danke an Katrin, Herrn Wollenweber und Frau Zumkley.", id="de"),
        pytest.param("nl", "Dank aan Marieke en mevrouw Terwindt.", id="nl"),
        pytest.param("fr", "Merci à Delphine et à Madame Quesnoy.", id="fr"),
        pytest.param("es", "Gracias a Jorge y a la señora Urquijo.", id="es"),
    ],
)
def test_names_of_people_never_become_a_phrase(language: str, body: str) -> None:
    assert words_of([body] * 5, language) == []


def test_a_name_that_no_list_knows_is_told_in_german_by_never_having_a_determiner() -> None:
    bodies = ["Der Kellner Yusuf war nett.", "Yusuf hat den Wein gebracht.", "Danke an Yusuf für den Wein."]

    assert words_of(bodies * 2, "de") == ["Wein", "Kellner"]


@pytest.mark.parametrize("language", ["en", "de", "nl", "fr", "es"])
@pytest.mark.parametrize(
    "body",
    [
        pytest.param("kessel.griff@laden.example", id="an e-mail address"),
        pytest.param("Kessel.Griff@Laden.example!", id="an e-mail address with capitals"),
        pytest.param("+49 30 901820, 020 7946 0958, 0650/1234567", id="telephone numbers"),
        pytest.param("https://laden.example/kessel/griff?farbe=blau", id="a link"),
        pytest.param("www.laden.example/griff", id="a link without its scheme"),
    ],
)
def test_addresses_and_numbers_never_become_a_phrase(language: str, body: str) -> None:
    assert words_of([f"{body} {body}"] * 5, language) == []


@pytest.mark.parametrize("language", ["en", "de", "nl", "fr", "es"])
def test_an_author_never_becomes_a_phrase(language: str) -> None:
    texts = texts_of(["Zumkley. Grüße, Quendolin Zumkley"] * 5, author="Quendolin Zumkley")

    assert not {"Quendolin", "Zumkley"} & {each.text.title() for each in mine(texts, language, at_least=2)}


@pytest.mark.parametrize(
    ("language", "bodies", "phrase"),
    [
        pytest.param("en", ["The front desk was closed."] * 3, "front desk", id="en"),
        pytest.param("fr", ["Le petit déjeuner est varié."] * 3, "petit déjeuner", id="fr"),
        pytest.param("nl", ["De harde schijf is vol."] * 3, "harde schijf", id="nl"),
        pytest.param("es", ["El aire acondicionado es ruidoso."] * 3, "aire acondicionado", id="es"),
    ],
)
def test_a_quality_that_is_part_of_a_name_stays_with_it(language: str, bodies: list[str], phrase: str) -> None:
    assert phrase in words_of(bodies, language)


@pytest.mark.parametrize(
    ("language", "bodies", "phrase"),
    [
        pytest.param("de", ["Das Preis-Leistungs-Verhältnis ist gut."], "Preis-Leistungs-Verhältnis", id="de"),
        pytest.param("fr", ["Un bon rapport qualité-prix."], "rapport qualité-prix", id="fr"),
        pytest.param("nl", ["De check-in is traag."], "check-in", id="nl"),
        pytest.param("en", ["The check-out was late."], "check-out", id="en"),
    ],
)
def test_is_written_with_the_hyphens_that_people_write(language: str, bodies: list[str], phrase: str) -> None:
    found = [each.text for each in mine(texts_of(bodies * 3), language, listing=Listing.MULTIWORD)]

    assert found == [phrase]


def test_most_people_decide_about_a_hyphen() -> None:
    bodies = ["The check-in was slow."] + ["The check in was slow."] * 3

    assert words_of(bodies, "en") == ["check in"]


@pytest.mark.parametrize(
    ("language", "noun", "opinion", "phrase"),
    [
        pytest.param("en", "The power is fine.", "It is powerful.", "power", id="en power"),
        pytest.param("nl", "De zaal is groot.", "Het was zalig.", "zaal", id="nl zaal"),
        pytest.param("fr", "La qualité est bonne.", "C'est qualitatif.", "qualité", id="fr qualité"),
        pytest.param("es", "El espacio es justo.", "Es espacioso.", "espacio", id="es espacio"),
    ],
)
def test_a_noun_is_a_phrase_although_an_opinion_is_made_of_it(
    language: str, noun: str, opinion: str, phrase: str
) -> None:
    assert words_of([noun] * 5 + [opinion] * 2, language) == [phrase]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        pytest.param("en", "Very friendly staff, great value.", id="en"),
        pytest.param("de", "Sehr freundliches Personal.", id="de"),
        pytest.param("nl", "Heel vriendelijk personeel.", id="nl"),
        pytest.param("fr", "Un personnel très aimable.", id="fr"),
        pytest.param("es", "Un personal muy amable.", id="es"),
    ],
)
def test_an_opinion_is_no_part_of_a_phrase(language: str, body: str) -> None:
    assert all(" " not in each for each in words_of([body] * 3, language))


@pytest.mark.parametrize(
    ("language", "body"),
    [
        pytest.param("es", "Fuimos un sabado, mas o menos asi, tambien el dia despues.", id="es"),
        pytest.param("fr", "Tres tres bien, deja meme apres.", id="fr"),
    ],
)
def test_words_that_say_nothing_are_known_without_their_accents(language: str, body: str) -> None:
    assert words_of([body] * 3, language) == []


def test_a_part_of_a_word_that_nearly_all_write_in_full_gives_way_to_it() -> None:
    bodies = ["Le rapport qualité/prix est bon."] * 4 + ["Le rapport qualité prix est bon."] * 5

    assert words_of(bodies, "fr") == ["rapport qualité prix"]


@pytest.mark.parametrize(
    ("language", "bodies", "phrase"),
    [
        pytest.param("de", ["der griff ist toll."] * 3 + ["Der Griff ist toll."] * 2, "Griff", id="a German noun"),
        pytest.param("de", ["DER GRIFF IST TOLL."] * 3 + ["Der Griff ist toll."] * 2, "Griff", id="shouted in German"),
        pytest.param("en", ["THE STRAP IS NICE."] * 3 + ["The strap is nice."] * 2, "strap", id="shouted"),
        pytest.param("en", ["The LCD is nice."] * 3 + ["The lcd is nice."] * 2, "LCD", id="an acronym"),
        pytest.param("en", ["The strap is nice."] * 2 + ["Strap is nice."] * 3, "strap", id="a sentence's first word"),
    ],
)
def test_is_spelled_as_within_a_sentence(language: str, bodies: list[str], phrase: str) -> None:
    [found] = mine(texts_of(bodies), language)

    assert (found.text, found.count, found.variants) == (phrase, 5, ())


GERMAN_HOTEL = (
    "Das Zimmer war sauber und geräumig, das Bett sehr bequem. Das Frühstücksbuffet ließ keine Wünsche offen.",
    "Das Frühstück war hervorragend. Leider war das Badezimmer etwas klein und die Dusche tropfte.",
    "Sehr freundliches Personal an der Rezeption. Die Lage ist top, zehn Minuten zu Fuß in die Altstadt.",
    "Lage perfekt, Zimmer hellhörig. Wir konnten den Straßenlärm hören. Das Frühstück war okay.",
    "Das Frühstücksbuffet war reichhaltig. Das Preis-Leistungs-Verhältnis stimmt. Gerne wieder!",
    "Unser Zimmer roch muffig und die Klimaanlage funktionierte nicht. Das Personal war zwar freundlich.",
    "Die Rezeption war rund um die Uhr besetzt. Das Preis-Leistungs-Verhältnis ist unschlagbar.",
    "Die Klimaanlage war laut. Das Bett war bequem. Das Badezimmer hatte Schimmel, die Dusche war winzig.",
)


def test_german_compounds_are_found_and_all_that_is_found_are_nouns() -> None:
    found = words_of(GERMAN_HOTEL, "de")

    assert {"Zimmer", "Frühstück", "Frühstücksbuffet", "Klimaanlage", "Preis-Leistungs-Verhältnis"} <= set(found)
    assert set(found) <= {
        *("Zimmer", "Frühstück", "Frühstücksbuffet", "Klimaanlage", "Preis-Leistungs-Verhältnis", "Lage", "Personal"),
        *("Rezeption", "Bett", "Badezimmer", "Dusche"),
    }


@pytest.mark.parametrize(
    "spelled", [pytest.param(str.lower, id="all small"), pytest.param(str.upper, id="all in capitals")]
)
def test_german_nouns_are_found_where_people_do_not_tell_them_by_capitals(spelled: Callable[[str], str]) -> None:
    usual = words_of(GERMAN_HOTEL, "de")
    mixed = [spelled(body) if at % 2 else body for at, body in enumerate(GERMAN_HOTEL)]

    found = words_of(mixed, "de")

    assert {each.casefold() for each in found} == {each.casefold() for each in usual}


@pytest.mark.parametrize(
    ("language", "bodies", "wanted"),
    [
        pytest.param(
            "fr",
            ["La chambre est propre, le petit déjeuner copieux. Nous recommandons vraiment.", "Chambre calme."],
            {"chambre", "petit déjeuner"},
            id="a French hotel",
        ),
        pytest.param(
            "es",
            ["La habitación es amplia y el aire acondicionado funciona. Volveremos seguro.", "Gran habitación."],
            {"habitación", "aire acondicionado"},
            id="a Spanish hotel",
        ),
        pytest.param(
            "nl",
            ["Het scherm is helder, de harde schijf is traag. Werkt verder prima.", "Helder scherm."],
            {"scherm", "harde schijf"},
            id="a Dutch laptop",
        ),
        pytest.param(
            "en",
            ["The battery life is great and the touch screen responds. Totally recommended.", "Good battery life."],
            {"battery life", "touch screen"},
            id="an English telephone",
        ),
    ],
)
def test_verbs_adverbs_and_adjectives_are_no_phrases(language: str, bodies: list[str], wanted: set[str]) -> None:
    assert set(words_of(bodies * 2, language)) == wanted

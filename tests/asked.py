"""Customers' questions with the sentences that answer them, written by hand in five languages to measure by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """Reviews of one subject, and questions: to each a piece of the sentence that answers, or None where none does."""

    reviews: Sequence[str]
    questions: Mapping[str, str | None]


BACKPACK = Case(
    reviews=(
        "I have carried this backpack to work for a year. The zips still run like on the first day.",
        "It rained for two hours and my laptop stayed dry. I am impressed.",
        "The straps are wide and soft, so nothing cuts into my shoulders. Great for long walks.",
        "My 15 inch laptop fits, but only just. A charger goes into the front pocket.",
        "It smelled of plastic for a week. After that the smell was gone.",
        "I washed it at 30 degrees in the machine and it looks like new.",
        "At 900 grams it is lighter than my old one. The colour is darker than in the picture.",
        "Delivery took four days. The box was damaged, the bag was not.",
        "One seam broke after three months. The shop sent a new one without asking.",
        "I took it as cabin luggage on three airlines and nobody complained.",
        "There are two side pockets for bottles. They are a bit shallow.",
        "My daughter uses it for school. It holds all her books.",
    ),
    questions={
        "Does a 15 inch laptop fit?": "15 inch laptop fits",
        "Is it waterproof in heavy rain?": "stayed dry",
        "Can I wash it in the washing machine?": "at 30 degrees",
        "How heavy is it?": "900 grams",
        "How long does delivery take?": "four days",
        "Does it smell of plastic?": "smelled of plastic",
        "Can I take it as cabin luggage?": "cabin luggage on three airlines",
        "Are there pockets for water bottles?": "side pockets for bottles",
        "Are the straps soft?": "straps are wide and soft",
        "Does it have a lock?": None,
        "Is there a matching wallet?": None,
        "Is the leather real?": None,
        "Does it come with a warranty?": None,
        "Can I use it for skiing?": None,
    },
)
KAFFEEMASCHINE = Case(
    reviews=(
        "Die Maschine ist beim Mahlen sehr laut. Danach hört man sie kaum.",
        "Der Kaffee ist nach 40 Sekunden fertig und wirklich heiß.",
        "Der Wassertank fasst 1,8 Liter und lässt sich leicht abnehmen.",
        "Die Reinigung ist in fünf Minuten erledigt. Der Milchschlauch darf in die Spülmaschine.",
        "Die Lieferung kam nach drei Tagen. Alles war gut verpackt.",
        "Nach zwei Jahren ging die Pumpe kaputt. Der Kundendienst hat sie kostenlos getauscht.",
        "Der Milchschaum ist fein und bleibt lange stehen.",
        "Sie ist 28 cm breit und passt unter unsere Hängeschränke.",
        "Der Preis ist hoch, aber sie ist ihr Geld wert.",
        "Die Bedienung ist einfach, auch meine Mutter kommt damit zurecht.",
        "Man kann auch gemahlenes Pulver verwenden, dafür gibt es ein Fach.",
        "Das Gehäuse ist aus Kunststoff und wirkt trotzdem stabil.",
    ),
    questions={
        "Wie laut ist die Maschine?": "sehr laut",
        "Kann man auch gemahlenes Pulver verwenden?": "gemahlenes Pulver",
        "Wie groß ist der Wassertank?": "1,8 Liter",
        "Wie lange dauert die Lieferung?": "nach drei Tagen",
        "Ist die Reinigung aufwendig?": "fünf Minuten",
        "Ist die Bedienung kompliziert?": "Bedienung ist einfach",
        "Wie ist der Milchschaum?": "Milchschaum ist fein",
        "Passt sie unter Hängeschränke?": "28 cm breit",
        "Wird der Kaffee heiß?": "wirklich heiß",
        "Hat sie eine App?": None,
        "Gibt es sie auch in Rot?": None,
        "Kann man zwei Espressi gleichzeitig zubereiten?": None,
        "Ist ein Filter im Lieferumfang enthalten?": None,
    },
)
RESTAURANT = Case(
    reviews=(
        "We konden de auto gratis voor de deur parkeren.",
        "De bediening was vriendelijk en snel. We kregen ook water zonder te vragen.",
        "Voor vegetariërs staan er vier gerechten op de kaart.",
        "Het was er druk en rumoerig, door het lawaai konden we elkaar nauwelijks verstaan.",
        "De porties zijn groot, we konden het toetje niet meer op.",
        "Onze kinderen kregen kleurpotloden en een eigen menu.",
        "We moesten drie kwartier wachten op het hoofdgerecht.",
        "Het terras ligt aan het water en heeft zon tot 's avonds.",
        "Reserveren is in het weekend echt nodig, wij kregen de laatste tafel.",
        "De hond mocht mee naar binnen en kreeg een bak water.",
        "Met 60 euro voor twee personen vond ik de prijs redelijk.",
        "De wijnkaart is kort, maar elke wijn was raak.",
    ),
    questions={
        "Kun je er goed parkeren?": "gratis voor de deur",
        "Zijn er vegetarische gerechten?": "vier gerechten",
        "Is er een menu voor kinderen?": "eigen menu",
        "Mag de hond mee naar binnen?": "hond mocht mee",
        "Moet je reserveren in het weekend?": "Reserveren is in het weekend",
        "Hoe groot zijn de porties?": "porties zijn groot",
        "Is de bediening vriendelijk?": "vriendelijk en snel",
        "Ligt het terras in de zon?": "zon tot",
        "Is er veel lawaai?": "door het lawaai",
        "Hebben ze glutenvrij brood?": None,
        "Is er een lift?": None,
        "Kun je met een cadeaubon betalen?": None,
        "Is er livemuziek op zaterdag?": None,
    },
)
HOTEL = Case(
    reviews=(
        "Le parking est payant, nous avons laissé la voiture à 15 euros la nuit.",
        "La chambre donne sur la cour et on n'entend aucun bruit.",
        "Le petit déjeuner est servi jusqu'à 11 heures, avec des produits frais.",
        "L'accueil a été chaleureux malgré notre arrivée tardive.",
        "Le lit est très confortable, nous avons bien dormi.",
        "La gare est à dix minutes à pied de l'hôtel.",
        "La salle de bain est petite mais très propre.",
        "Il n'y a pas d'ascenseur, et notre chambre était au quatrième étage.",
        "La climatisation fonctionne bien, c'était agréable en août.",
        "Le wifi coupe souvent le soir.",
        "Les chiens sont acceptés pour 10 euros.",
        "La piscine est chauffée et ouverte toute l'année.",
    ),
    questions={
        "Y a-t-il un ascenseur ?": "pas d'ascenseur",
        "Est-ce que le parking est gratuit ?": "parking est payant",
        "La piscine est-elle chauffée ?": "piscine est chauffée",
        "Les chiens sont-ils acceptés ?": "chiens sont acceptés",
        "La chambre est-elle bruyante ?": "aucun bruit",
        "Le lit est-il confortable ?": "lit est très confortable",
        "À quelle distance est la gare ?": "dix minutes à pied",
        "Jusqu'à quelle heure est servi le petit déjeuner ?": "jusqu'à 11 heures",
        "La climatisation fonctionne-t-elle ?": "climatisation fonctionne",
        "Y a-t-il un spa ?": None,
        "Proposez-vous une navette pour l'aéroport ?": None,
        "Peut-on louer des vélos ?": None,
        "Y a-t-il un lit bébé ?": None,
    },
)
ZAPATILLAS = Case(
    reviews=(
        "La talla queda justa, pide un número más.",
        "Son muy ligeras, apenas 220 gramos cada una.",
        "La suela agarra bien incluso con lluvia.",
        "Las lavé a mano y quedaron como nuevas.",
        "El envío llegó en dos días.",
        "Tras seis meses la suela se despegó por un lado.",
        "La plantilla se puede sacar para poner otra ortopédica.",
        "Son cómodas desde el primer día, sin rozaduras.",
        "El color es más claro que en la foto.",
        "Las uso para correr maratones y no me duelen los pies.",
        "El precio me parece alto para lo que ofrecen.",
        "Los cordones son demasiado largos.",
    ),
    questions={
        "¿Qué tal queda la talla?": "número más",
        "¿Cuánto pesan?": "220 gramos",
        "¿Se puede sacar la plantilla?": "plantilla se puede sacar",
        "¿La suela agarra con lluvia?": "agarra bien",
        "¿Cuánto tarda el envío?": "dos días",
        "¿Son cómodas?": "cómodas desde el primer día",
        "¿Sirven para correr maratones?": "correr maratones",
        "¿El color es como en la foto?": "color es más claro",
        "¿Se pueden lavar?": "lavé a mano",
        "¿Tienen garantía?": None,
        "¿Son de piel auténtica?": None,
        "¿Hay modelo para niños pequeños?": None,
        "¿Brillan en la oscuridad?": None,
    },
)
CASES: Mapping[str, Case] = {
    "en": BACKPACK,
    "de": KAFFEEMASCHINE,
    "nl": RESTAURANT,
    "fr": HOTEL,
    "es": ZAPATILLAS,
}
